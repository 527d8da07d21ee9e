using Amend.Models;
using Amend.Models.Families.Gpt2;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Editing.Tests;

/// <summary>GPT-2 models in memory with random weights from a seed, of any size.</summary>
internal static class RandomGpt2
{
    private const double Deviation = 0.02;

    /// <summary>A model of a shape; norms scale by about one, all else is drawn with GPT-2's deviation.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="seed">The weights' seed.</param>
    /// <param name="gain">Multiplies the deviation, so that a tiny model's layers matter too.</param>
    public static LanguageModel Create(ModelShape shape, long seed, double gain = 1)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var weights = new WeightTable();
        foreach (var (name, sizes, storedTransposed) in Gpt2Weights.Of(shape, tied: true))
        {
            var value = randn(sizes, generator: generator) * (Deviation * gain);
            var isScale = sizes.Length == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
            weights.Add(new ModelWeight(name, isScale ? value + 1 : value, storedTransposed));
        }

        var config = new Gpt2Config(shape, 1e-5, "gelu_new", ScaleAttnWeights: true, ScaleAttnByInverseLayerIdx: false, TieWordEmbeddings: true);
        return new LanguageModel("random-gpt2", "gpt2", Gpt2Family.Create(config, weights), new WordTokenizer(shape.Vocabulary));
    }
}
