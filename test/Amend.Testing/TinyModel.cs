using Amend.Models;
using Amend.Models.Families.Gpt2;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>A GPT-2 of two layers and width 16 over characters, made from a seed; the caller disposes.</summary>
public static class TinyModel
{
    private const double Spread = 0.3;

    public static LanguageModel Make(int seed = 1)
    {
        var shape = new ModelShape(Layers: 2, Width: 16, MlpWidth: 32, Heads: 2, new Latin1Tokenizer().VocabularySize, ContextLength: 96);
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        var weights = new WeightTable();
        foreach (var (name, size, storedTransposed) in Gpt2Weights.Of(shape, tied: true))
            weights.Add(new ModelWeight(name, randn(size, generator: generator) * Spread, storedTransposed));
        var config = new Gpt2Config(shape, 1e-5, "gelu_new", true, false, TieWordEmbeddings: true);
        return new LanguageModel("tiny", "gpt2", Gpt2Family.Create(config, weights), new Latin1Tokenizer());
    }
}
