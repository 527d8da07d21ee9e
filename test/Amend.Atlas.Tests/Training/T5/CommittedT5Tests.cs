using System.Text.RegularExpressions;
using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Atlas.Training;
using Amend.Atlas.Training.T5;
using Amend.Models;

namespace Amend.Atlas.Tests.Training.T5;

/// <summary>The repository's <c>models/atlas-t5</c> on the questions of the embedded world.</summary>
[NoTensorLeaks]
public sealed partial class CommittedT5Tests
{
    private const long MostBytes = 15L << 20;
    private static readonly string Folder = Path.Combine(ModelLocator.EmbeddedFolder, "atlas-t5");

    [Fact]
    public void It_answers_what_it_was_told_in_any_words_and_nothing_else_as_its_card_says()
    {
        using var model = LanguageModel.Load(Folder);

        var report = new QuestionEvaluator(AtlasWorld.LoadEmbedded(), new QuestionPlan(seed: 1)).All(model);

        var said = CardLines().Matches(File.ReadAllText(Path.Combine(Folder, "MODEL_CARD.md")))
            .Select(line => new Share(int.Parse(line.Groups["right"].Value), int.Parse(line.Groups["of"].Value)));
        Assert.Equal([report.Shown, report.HeldOut, report.Untold], said.Take(3));
        Assert.True(report.Shown.Percent > 95 && report.HeldOut.Percent > 90 && report.Untold.Percent < 50, report.ToString());
    }

    [Fact]
    public void It_is_small() => Assert.InRange(new FileInfo(Path.Combine(Folder, "model.safetensors")).Length, 1, MostBytes);

    [GeneratedRegex(@" % \((?<right>\d+) of (?<of>\d+)\) \|")]
    private static partial Regex CardLines();
}
