using Amend.Models.Effects;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.TokenCodebooks;

/// <summary>
/// One entry of a codebook at tokens: where a token comes near to one of its keys, a value is added there. Owns its tensors.
/// </summary>
public sealed class TokenCodebookEffect : IAdaptorEffect
{
    private bool _disposed;

    /// <summary>Copies the tensors; the caller keeps its own.</summary>
    /// <param name="weight">The name of the weight of the block's down projection, in the checkpoint.</param>
    /// <param name="subject">The subject that the keys are of; entries of one subject fire together.</param>
    /// <param name="keys">The keys, <c>[K,F]</c>, of a floating type, at least one.</param>
    /// <param name="isFirst">Which keys are those of a text's first token, K.</param>
    /// <param name="value">What is added, <c>[D]</c>, of a floating type.</param>
    /// <param name="rules">Where, and how near.</param>
    /// <exception cref="ArgumentException">The tensors are of other shapes.</exception>
    public TokenCodebookEffect(string weight, string subject, Tensor keys, IReadOnlyList<bool> isFirst, Tensor value, TokenRules rules)
    {
        if (keys.dim() != 2 || keys.shape[0] == 0 || keys.shape[0] != isFirst.Count || value.dim() != 1)
        {
            throw new ArgumentException(
                $"Keys [{string.Join(',', keys.shape)}], {isFirst.Count} marks and a value [{string.Join(',', value.shape)}] were given "
                + "for an entry of a codebook; give a matrix of keys, a mark a key and a vector.");
        }

        (Weight, Subject, IsFirst, Rules) = (weight, subject, isFirst, rules);
        (Keys, Value) = (Copy(keys), Copy(value));
        FirstMarks = tensor(isFirst.Select(first => first ? 1L : 0L).ToArray()).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public string Weight { get; }

    /// <summary>The subject that the keys are of.</summary>
    public string Subject { get; }

    /// <summary>The keys, <c>[K,F]</c>, float32; they belong to this effect.</summary>
    public Tensor Keys { get; }

    /// <summary>Which keys are those of a text's first token.</summary>
    public IReadOnlyList<bool> IsFirst { get; }

    /// <summary>What is added, <c>[D]</c>, float32; it belongs to this effect.</summary>
    public Tensor Value { get; }

    /// <summary>Where, and how near.</summary>
    public TokenRules Rules { get; }

    /// <summary>1 for the keys of a text's first token, else 0, <c>[K]</c>, int64; it belongs to this effect.</summary>
    internal Tensor FirstMarks { get; }

    /// <inheritdoc/>
    public IAdaptor Fold(IAdaptor? before)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (before is not (null or TokenCodebook))
        {
            throw new AmendException(
                $"An entry of a codebook at tokens was to be put on '{Weight}', which has another adaptor; take its edits back first, or "
                + "use another layer.");
        }

        if (before is TokenCodebook book)
        {
            book.Add(this);
            return book;
        }

        return TokenCodebook.Begin(this);
    }

    /// <inheritdoc/>
    public IEditEffect Clone() => new TokenCodebookEffect(Weight, Subject, Keys, IsFirst, Value, Rules);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        _disposed = true;
        Keys.Dispose();
        Value.Dispose();
        FirstMarks.Dispose();
    }

    private static Tensor Copy(Tensor value)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return value.detach().cpu().to(float32, copy: true).DetachFromDisposeScope();
    }
}
