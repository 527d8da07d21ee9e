using Amend.Models.Effects;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Demonstrations;

/// <summary>A fact is put in front of the prompts that are about it, and shown to others as a demonstration. Owns its key.</summary>
public sealed class DemonstrationEffect : IPreambleEffect
{
    private bool _disposed;

    /// <summary>Copies the key; the caller keeps its own.</summary>
    /// <param name="weight">The name of the layer's weight in the checkpoint: the MLP's down projection where prompts are read.</param>
    /// <param name="key">The state of the subject's last token, at unit length, <c>[D]</c>, of a floating type.</param>
    /// <param name="demonstration">What is shown.</param>
    /// <param name="rules">How it is found and written.</param>
    /// <exception cref="ArgumentException">The key is no vector.</exception>
    public DemonstrationEffect(string weight, Tensor key, Demonstration demonstration, DemonstrationRules rules)
    {
        if (key.dim() != 1)
        {
            throw new ArgumentException(
                $"A key [{string.Join(',', key.shape)}] was given for a demonstration; give a vector.", nameof(key));
        }

        using var none = no_grad();
        using var scope = NewDisposeScope();
        (Weight, Demonstration, Rules) = (weight, demonstration, rules);
        Key = key.detach().cpu().to(float32, copy: true).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public string Weight { get; }

    /// <summary>The state of the subject's last token, at unit length, <c>[D]</c>, float32; it belongs to this effect.</summary>
    public Tensor Key { get; }

    /// <summary>What is shown.</summary>
    public Demonstration Demonstration { get; }

    /// <summary>How it is found and written.</summary>
    public DemonstrationRules Rules { get; }

    /// <inheritdoc/>
    public IPreamble Fold(IPreamble? before)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (before is null)
            return new DemonstrationMemory(this);
        if (before is not DemonstrationMemory memory || memory.Rules != Rules)
        {
            throw new AmendException(
                $"A demonstration with {Rules} was to be put beside edits with "
                + $"{(before as DemonstrationMemory)?.Rules.ToString() ?? "another preamble"}; take those edits back first, or use their "
                + "settings.");
        }

        memory.Add(this);
        return memory;
    }

    /// <inheritdoc/>
    public IEditEffect Clone() => new DemonstrationEffect(Weight, Key, Demonstration, Rules);

    /// <summary>Frees the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        Key.Dispose();
    }
}
