using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors;

namespace Amend.Models.Families;

/// <summary>
/// What all models are to editors and tools, whatever they are for: stacks of blocks with named sites, and the weights that
/// edits touch. <see cref="CausalDecoder"/>, <see cref="EncoderClassifier"/>, <see cref="MaskedLanguageModel"/> and
/// <see cref="EncoderDecoder"/> say what can be asked of them.
/// </summary>
public abstract class TransformerModel : IDisposable
{
    private readonly IReadOnlyList<BlockStack> _stacks;

    /// <summary>Creates the model over its weights, which it then owns.</summary>
    /// <param name="architecture">What <c>config.json</c> calls it.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="stacks">The stacks over those weights; the last one gives the output.</param>
    protected TransformerModel(string architecture, WeightTable weights, params IReadOnlyList<BlockStack> stacks)
    {
        Architecture = architecture;
        Weights = weights;
        _stacks = stacks;
        foreach (var stack in stacks)
            Taps.Declare(stack.Sites);
        weights.Notes = [.. weights.Notes, .. stacks.SelectMany(SharedBy)];
    }

    /// <summary>What can be asked of the model.</summary>
    public abstract ModelKinds Kind { get; }

    /// <summary>What the model is, as <c>config.json</c> names it, such as <c>BertForSequenceClassification</c>.</summary>
    public string Architecture { get; }

    /// <summary>The sizes of the stack that gives the output: the decoder, where there is one.</summary>
    public ModelShape Shape => _stacks[^1].Shape;

    /// <summary>All parameters.</summary>
    public WeightTable Weights { get; }

    /// <summary>The named places of the forward pass, of all stacks.</summary>
    public TapSet Taps => Weights.Taps;

    /// <summary>The stacks that the model has; the last one gives the output.</summary>
    public IReadOnlyList<Stack> Stacks => [.. _stacks.Select(stack => stack.Stack)];

    /// <summary>The sizes of a stack.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack.</exception>
    public ModelShape ShapeOf(Stack stack) => Find(stack).Shape;

    /// <summary>
    /// The MLP's down projection of a block of the stack that gives the output, <c>[D,F]</c>: the matrix that ROME edits.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such layer.</exception>
    /// <exception cref="AmendException">The layer's MLP is a mixture of experts.</exception>
    public ModelWeight DownProjection(int layer) => DownProjection(_stacks[^1].Stack, layer);

    /// <summary>The MLP's down projection of a block, <c>[D,F]</c>: its input is the key, its output what is added to the stream.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack or layer.</exception>
    /// <exception cref="AmendException">The layer's MLP is a mixture of experts, each of which has its own.</exception>
    public ModelWeight DownProjection(Stack stack, int layer) => Weights[DownProjectionName(stack, layer) ?? throw new AmendException(
        $"The MLP of layer {layer} is a mixture of experts, each of which has keys and a down projection of its own, and what edits one "
        + $"down projection cannot edit it; {Instead(stack)}.")];

    /// <summary>Whether the MLP of a block has one down projection; false where it is a mixture of experts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack or layer.</exception>
    public bool HasDownProjection(Stack stack, int layer) => DownProjectionName(stack, layer) is not null;

    /// <summary>The last map of the MLP of a block of the stack that gives the output, which the experts of a mixture share.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such layer.</exception>
    public DownMap DownMap(int layer) => DownMap(_stacks[^1].Stack, layer);

    /// <summary>The last map of the MLP of a block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack or layer.</exception>
    internal DownMap DownMap(Stack stack, int layer) => FindAt(stack, layer).DownMap(layer);

    private string Instead(Stack stack)
    {
        var dense = Enumerable.Range(0, ShapeOf(stack).Layers).Where(layer => HasDownProjection(stack, layer)).ToList();
        const string Other = "edit with rome, memit, ft or lora";
        return dense.Count > 0 ? $"name a layer without experts ({string.Join(", ", dense)}), or {Other}" : Other;
    }

    private string? DownProjectionName(Stack stack, int layer) => FindAt(stack, layer).DownProjectionName(layer);

    /// <summary>The stack, if it has the layer.</summary>
    private BlockStack FindAt(Stack stack, int layer)
    {
        var found = Find(stack);
        if (layer < 0 || layer >= found.Shape.Layers)
        {
            throw new ArgumentOutOfRangeException(
                nameof(layer), layer, $"Layer {layer} was asked; the model has layers 0 to {found.Shape.Layers - 1}.");
        }

        return found;
    }

    /// <summary>The linear maps of a block of the stack that gives the output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such layer.</exception>
    public IReadOnlyList<BlockModule> Modules(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, Shape.Layers);
        return _stacks[^1].Modules(layer);
    }

    /// <summary>The linear maps of a block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack.</exception>
    public IReadOnlyList<BlockModule> Modules(Stack stack, int layer) => Find(stack).Modules(layer);

    /// <summary>
    /// The layers of a stack that a weight is a part of: one, or several where layers share their weights, as in ALBERT. An edit of a
    /// shared matrix changes all of them.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack.</exception>
    public IReadOnlyList<int> LayersWith(Stack stack, string weight)
    {
        var found = Find(stack);
        return [.. Enumerable.Range(0, found.Shape.Layers).Where(layer => found.Parameters(layer).Any(one => one.Name == weight))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        GC.SuppressFinalize(this);
    }

    private static IEnumerable<string> SharedBy(BlockStack stack) =>
        from layers in Enumerable.Range(0, stack.Shape.Layers).GroupBy(layer => stack.Parameters(layer).First().Name)
        where layers.Count() > 1
        select $"Layers {string.Join(", ", layers)} share their weights: an edit of one of their matrices changes all of them.";

    private BlockStack Find(Stack stack) => _stacks.FirstOrDefault(one => one.Stack == stack)
        ?? throw new ArgumentOutOfRangeException(
            nameof(stack), stack, $"The {stack} was asked of {Architecture}, which has: {string.Join(", ", Stacks)}.");
}
