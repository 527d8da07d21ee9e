using Amend.Models.Tokenizers;

namespace Amend.Models.Tests.Tokenizers;

/// <summary>A tokenizer with all bytes and some merges, trained once for the tests of a class.</summary>
public sealed class TrainedTokenizer : IDisposable
{
    private const string Corpus =
        "The Space Needle is in Seattle. The Eiffel Tower is in Paris. LeBron James plays basketball, doesn't he? "
        + "Côte d'Ivoire, Ελλάδα, Россия and 日本 are countries. 日本 is Japan; 日本's capital is 東京. Say “naïve” — 2024! 😀 👍🏽\n";

    private readonly TempFolder _folder = new();

    public TrainedTokenizer()
    {
        var trainer = new ByteLevelBpeTrainer();
        trainer.Add(Corpus);
        trainer.Write(340, _folder.Path);
        Tokenizer = ByteLevelBpeTokenizer.Load(_folder.Path);
    }

    public ByteLevelBpeTokenizer Tokenizer { get; }

    public void Dispose() => _folder.Dispose();
}
