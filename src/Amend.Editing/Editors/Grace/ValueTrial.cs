using Amend.Editing.Codebooks;
using Amend.Models.Passes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Grace;

/// <summary>A value in the making: every prompt of a pass gets it, within the graph of its gradients.</summary>
/// <param name="value_O">The value, <c>[out]</c>; it stays the caller's.</param>
/// <param name="replacement">The tokens that get it.</param>
internal sealed class ValueTrial(Tensor value_O, Replacement replacement) : IAdaptor
{
    /// <inheritdoc/>
    public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
    {
        using var scope = NewDisposeScope();
        var places = PromptPlaces.Of(pass!);
        bool[] tokens = [.. Enumerable.Range(0, (int)output.shape[0] * places.Tokens).Select(at => replacement.Has(places.SideOf(at)))];
        var isReplaced_BT1 = tensor(tokens, output.shape[0], places.Tokens, 1, device: output.device);
        return where(isReplaced_BT1, value_O.to(output.device).to(output.dtype), output).MoveToOuterDisposeScope();
    }
}
