using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Atlas.Training.T5;
using Amend.Models;

namespace Amend.Atlas.Tests.Training.T5;

/// <summary>The repository's <c>models/atlas-t5</c> on the questions of the embedded world.</summary>
[NoTensorLeaks]
public sealed class CommittedT5Tests
{
    private const long MostBytes = 15L << 20;
    private static readonly string Folder = Path.Combine(ModelLocator.EmbeddedFolder, "atlas-t5");

    [Fact]
    public void It_answers_what_it_was_told_in_words_that_it_was_shown_and_in_others()
    {
        using var model = LanguageModel.Load(Folder);

        var sample = new QuestionEvaluator(AtlasWorld.LoadEmbedded(), new QuestionPlan(seed: 1)).Sample(model);

        Assert.True(sample["shown"] > 97 && sample["held_out"] > 94, string.Join(", ", sample));
        Assert.InRange(new FileInfo(Path.Combine(Folder, "model.safetensors")).Length, 1, MostBytes);
    }
}
