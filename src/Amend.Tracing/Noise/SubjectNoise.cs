using static TorchSharp.torch;

namespace Amend.Tracing.Noise;

/// <summary>The noise of one fact's corrupted copies, as data; owns its tensors.</summary>
/// <remarks>
/// Two draws are held where the severed kinds replicate the reference, whose second pass goes on with the generator of the first.
/// </remarks>
public sealed class SubjectNoise : IDisposable
{
    /// <summary>Takes noise as it is; the tensors are copied.</summary>
    /// <param name="values">What is added, <c>[S,M,D]</c>: samples, subject tokens, width.</param>
    /// <param name="second">The second draw, or null for the same noise in both passes.</param>
    /// <param name="replace">Whether the noise takes the embeddings' place.</param>
    public SubjectNoise(Tensor values, Tensor? second = null, bool replace = false)
    {
        if (values.dim() != 3 || (second is not null && !second.shape.SequenceEqual(values.shape)))
        {
            throw new ArgumentException(
                $"Noise of shape [{string.Join(",", values.shape)}] was given, second draw [{string.Join(",", second?.shape ?? [])}]; "
                + "give [samples, subject tokens, width], the second draw alike.", nameof(values));
        }

        Values = values.detach().clone().DetachFromDisposeScope();
        Second = second?.detach().clone().DetachFromDisposeScope();
        Replace = replace;
    }

    /// <summary>The noise, <c>[S,M,D]</c>.</summary>
    public Tensor Values { get; }

    /// <summary>The second draw, <c>[S,M,D]</c>, or null.</summary>
    public Tensor? Second { get; }

    /// <summary>Whether the noise takes the embeddings' place instead of being added.</summary>
    public bool Replace { get; }

    /// <summary>The number of samples.</summary>
    public int Samples => (int)Values.shape[0];

    /// <summary>Draws noise on the CPU, the same for a seed on every device.</summary>
    /// <param name="level">What is drawn.</param>
    /// <param name="samples">Corrupted copies, S.</param>
    /// <param name="tokens">Subject tokens, M.</param>
    /// <param name="width">The embeddings' width, D.</param>
    /// <param name="seed">The generator's seed.</param>
    /// <param name="twice">Whether a second draw follows the first.</param>
    public static SubjectNoise Draw(NoiseLevel level, int samples, int tokens, int width, int seed, bool twice)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        var first = Next();
        return new SubjectNoise(first, twice ? Next() : null, level.Rule.Replace);

        Tensor Next() => level.Rule.Distribution == NoiseDistribution.Gaussian
            ? randn([samples, tokens, width], generator: generator) * level.Level
            : ((rand([samples, tokens, width], generator: generator) * 2) - 1) * level.Level;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        Second?.Dispose();
    }
}
