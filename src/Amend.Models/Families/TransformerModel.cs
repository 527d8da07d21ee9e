using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Families;

/// <summary>
/// What all models are to editors and tools, whatever they are for: stacks of blocks with named sites, and the weights that
/// edits touch. <see cref="CausalDecoder"/>, <see cref="EncoderClassifier"/>, <see cref="MaskedLanguageModel"/> and
/// <see cref="EncoderDecoder"/> say what can be asked of them.
/// </summary>
public abstract class TransformerModel : IDisposable
{
    /// <summary>Creates the model over its weights, which it then owns.</summary>
    /// <param name="shape">The sizes of the stack that gives the output.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="taps">The taps that its stacks were built with; new ones when null.</param>
    protected TransformerModel(ModelShape shape, WeightTable weights, TapSet? taps = null)
    {
        Shape = shape;
        Weights = weights;
        Taps = taps ?? new TapSet();
    }

    /// <summary>What the model is, as <c>config.json</c> names it, such as <c>BertForSequenceClassification</c>.</summary>
    public virtual string Architecture => GetType().Name;

    /// <summary>The sizes of the stack that gives the output: the decoder, where there is one.</summary>
    public ModelShape Shape { get; }

    /// <summary>All parameters.</summary>
    public WeightTable Weights { get; }

    /// <summary>The named places of the forward pass, of all stacks.</summary>
    public TapSet Taps { get; }

    /// <summary>The stacks that the model has.</summary>
    public abstract IReadOnlyList<Stack> Stacks { get; }

    /// <summary>The sizes of a stack.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack.</exception>
    public ModelShape ShapeOf(Stack stack) => Stacks.Contains(stack)
        ? SizesOf(stack)
        : throw new ArgumentOutOfRangeException(nameof(stack), stack, $"The {stack} was asked of {Architecture}, which has: {string.Join(", ", Stacks)}.");

    /// <summary>The MLP's down projection of a block, <c>[D,F]</c>: its input is the key, its output what is added to the stream.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack or layer.</exception>
    public ModelWeight DownProjection(Stack stack, int layer)
    {
        var layers = ShapeOf(stack).Layers;
        if (layer < 0 || layer >= layers)
            throw new ArgumentOutOfRangeException(nameof(layer), layer, $"Layer {layer} was asked; the model has layers 0 to {layers - 1}.");
        return Weights[DownProjectionName(stack, layer)];
    }

    /// <summary>The sizes of a stack that the model has.</summary>
    protected virtual ModelShape SizesOf(Stack stack) => Shape;

    /// <summary>The name of the MLP's down projection of a block in the family's checkpoints.</summary>
    protected abstract string DownProjectionName(Stack stack, int layer);

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        GC.SuppressFinalize(this);
    }
}
