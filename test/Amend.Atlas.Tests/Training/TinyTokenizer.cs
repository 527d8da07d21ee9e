using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Models.Tokenizers;

namespace Amend.Atlas.Tests.Training;

/// <summary>The tokenizer of a small world: bytes and a few merges.</summary>
internal static class TinyTokenizer
{
    public const int Vocabulary = 320;

    public static ITokenizer Learn(AtlasWorld world)
    {
        using var folder = new TempFolder();
        new AtlasTokenizer(world, new HeldOutPlan(1), seed: 1).Write(Vocabulary, folder.Path);
        return ByteLevelBpeTokenizer.Load(folder.Path);
    }
}
