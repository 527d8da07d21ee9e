using Amend.Models;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Tracing.Noise;

/// <summary>
/// The standard deviation of all elements of the token embeddings of subjects, each tokenized alone (<c>collect_embedding_std</c> of
/// kmeng01/rome), unbiased, in float64.
/// </summary>
public static class EmbeddingSpread
{
    private const int SubjectsAtOnce = 256;

    /// <summary>The deviation over subjects; one that comes twice counts twice, as in the reference.</summary>
    /// <exception cref="AmendException">There is no subject.</exception>
    public static double Of(LanguageModel model, IEnumerable<string> subjects)
    {
        using var inference = inference_mode();
        double count = 0, mean = 0, squares = 0;
        foreach (var chunk in subjects.Chunk(SubjectsAtOnce))
        {
            using var scope = NewDisposeScope();
            var values = Embeddings(model, chunk).to(float64);
            // Chan's update of two parts' means and squared deviations.
            var (n, partMean) = (values.numel(), values.mean().item<double>());
            var delta = partMean - mean;
            squares += (values - partMean).square().sum().item<double>() + (delta * delta * count * n / (count + n));
            mean += delta * n / (count + n);
            count += n;
        }

        return count > 1
            ? Math.Sqrt(squares / (count - 1))
            : throw new AmendException(
                $"Noise in deviations of subjects' embeddings was asked for with {count} of them; give facts, "
                + "or a fixed level such as 0.1.");
    }

    private static Tensor Embeddings(LanguageModel model, IEnumerable<string> subjects)
    {
        // Positions do not matter to a token embedding, so the subjects' tokens go through in rows of one.
        var ids = subjects.SelectMany(subject => model.Tokenize(subject).Ids).Select(id => (long)id).ToArray();
        using var trace = model.Trace().Capture(Site.Embedding);
        model.RequireDecoder("The spread of embeddings").Embed(
            tensor(ids, ids.Length, 1, device: model.Device), zeros(ids.Length, 1, dtype: ScalarType.Int64, device: model.Device));
        return trace[Site.Embedding].clone();
    }
}
