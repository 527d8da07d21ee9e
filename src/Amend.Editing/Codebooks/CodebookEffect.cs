using Amend.Models.Effects;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Codebooks;

/// <summary>
/// One event in the history of a codebook at a linear layer: at a key, an input of the layer, its output is to be a value. What the event
/// does, a new entry, a larger one or another value of one, is decided when it is folded in, from the events before it, so
/// that the codebook is at any time what the events of the applied edits give in their order. Owns its tensors.
/// </summary>
public sealed class CodebookEffect : IAdaptorEffect
{
    private bool _disposed;

    /// <summary>Copies the tensors; the caller keeps its own.</summary>
    /// <param name="weight">The name of the layer's weight in the checkpoint.</param>
    /// <param name="key">The layer's input at the prompt's last token, <c>[in]</c>, of a floating type.</param>
    /// <param name="value">What the layer is to give out, <c>[out]</c>, of a floating type.</param>
    /// <param name="label">What the model is to answer: the target's token ids, or a classifier's label; at least one.</param>
    /// <param name="rules">How the event changes the codebook.</param>
    /// <exception cref="ArgumentException">Key or value is no vector of finite numbers, or there is no label.</exception>
    public CodebookEffect(string weight, Tensor key, Tensor value, IReadOnlyList<int> label, CodebookRules rules)
    {
        if (key.dim() != 1 || value.dim() != 1 || label.Count == 0)
        {
            throw new ArgumentException(
                $"A key [{string.Join(',', key.shape)}], a value [{string.Join(',', value.shape)}] and {label.Count} label ids were given "
                + "for an entry of a codebook; give two vectors and at least one id.");
        }

        (Weight, Label, Rules) = (weight, label, rules);
        (Key, Value) = (Copy(key), Copy(value));
        LabelIds = tensor(label.Select(id => (long)id).ToArray()).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public string Weight { get; }

    /// <summary>The layer's input at the prompt's last token, <c>[in]</c>, float32; it belongs to this effect.</summary>
    public Tensor Key { get; }

    /// <summary>What the layer is to give out, <c>[out]</c>, float32; it belongs to this effect.</summary>
    public Tensor Value { get; }

    /// <summary>What the model is to answer: the target's token ids, or a classifier's label.</summary>
    public IReadOnlyList<int> Label { get; }

    /// <summary>The label as a tensor, <c>[N]</c>, int64; it belongs to this effect.</summary>
    internal Tensor LabelIds { get; }

    /// <summary>How the event changes the codebook.</summary>
    public CodebookRules Rules { get; }

    /// <summary>The token whose input is the key, as text; null where it is not known.</summary>
    public string? Token { get; internal set; }

    /// <inheritdoc/>
    public IAdaptor Fold(IAdaptor? before)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (before is not (null or Codebook))
        {
            throw new AmendException(
                $"An entry of a codebook was to be put on '{Weight}', which has another adaptor; take its edits back first, or use "
                + "another layer.");
        }

        if (before is Codebook book)
        {
            book.Add(this);
            return book;
        }

        return Codebook.Begin(this);
    }

    /// <inheritdoc/>
    public IEditEffect Clone() => new CodebookEffect(Weight, Key, Value, Label, Rules) { Token = Token };

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        _disposed = true;
        Key.Dispose();
        Value.Dispose();
        LabelIds.Dispose();
    }

    private static Tensor Copy(Tensor vector)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return vector.detach().cpu().to(float32, copy: true).DetachFromDisposeScope();
    }
}
