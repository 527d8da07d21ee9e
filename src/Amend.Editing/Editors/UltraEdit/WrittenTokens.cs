using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.UltraEdit;

/// <summary>Keys and gradients of one batch of requests at one layer.</summary>
/// <param name="Keys">The keys at the tokens that predict the target, <c>[N,F]</c> float32.</param>
/// <param name="Slopes">The loss's gradients for the MLP's outputs there, <c>[N,D]</c> float32.</param>
/// <param name="Normalized">Keys and gradients side by side at the tokens that the normalisation goes over, <c>[M,F+D]</c> float32.</param>
internal sealed record WrittenTokens(Tensor Keys, Tensor Slopes, Tensor Normalized)
{
    /// <summary>Runs a batch forward and back once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The requests.</param>
    /// <param name="options">The layers, and what the normalisation goes over.</param>
    /// <returns>The tokens of each layer, in the caller's dispose scope, and the batch's loss.</returns>
    /// <exception cref="ArithmeticException">The loss is no number.</exception>
    public static (IReadOnlyList<WrittenTokens> Layers, double Loss) Collect(
        LanguageModel model, TargetBatch batch, UltraEditOptions options)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var trace = model.Trace();
        var (changes, stack) = (new List<Tensor>(), model.Transformer.Stacks[^1]);
        Site Key(int layer) => Site.MlpKey(layer).In(stack);
        foreach (var layer in options.Layers)
        {
            // A zero that is added to the MLP's output: its gradient is the output's.
            var dtype = model.Transformer.DownProjection(layer).Value.dtype;
            var change = zeros(batch.Mask.shape[0], batch.Mask.shape[1], model.Shape.Width, dtype, model.Device, requires_grad: true);
            changes.Add(change);
            trace.Capture(Key(layer)).Replace(Site.MlpOut(layer).In(stack), value => value + change);
        }

        var loss = batch.Loss();
        var total = loss.item<float>();
        if (!float.IsFinite(total))
            throw new ArithmeticException(
                $"The loss of UltraEdit is {total}, before anything was changed; check the model's weights and the edits that it has.");
        var slopes = autograd.grad([loss], changes);
        var tokens = options.Layers.Select((layer, i) => Of(trace[Key(layer)].to(float32), slopes[i].to(float32), batch, options)).ToList();
        foreach (var value in tokens.SelectMany(token => (Tensor[])[token.Keys, token.Slopes, token.Normalized]))
            value.MoveToOuterDisposeScope();
        return (tokens, total);
    }

    private static WrittenTokens Of(Tensor keys_BTF, Tensor slopes_BTD, TargetBatch batch, UltraEditOptions options)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        Tensor Written(Tensor value) => value.index(TensorIndex.Tensor(batch.Rows), TensorIndex.Tensor(batch.Places));
        var (keys, slopes) = (Written(keys_BTF), Written(slopes_BTD));
        var normalized = options.NormalizeOver == NormalizeOver.Target
            ? cat([keys, slopes], 1)
            : cat([keys_BTF, slopes_BTD], 2).index(TensorIndex.Tensor(batch.Mask));
        return new WrittenTokens(keys.MoveToOuterDisposeScope(), slopes.MoveToOuterDisposeScope(), normalized.MoveToOuterDisposeScope());
    }
}
