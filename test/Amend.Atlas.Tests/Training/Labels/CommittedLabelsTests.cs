using System.Text.RegularExpressions;
using Amend.Atlas.Documents;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Labels;
using Amend.Models;

namespace Amend.Atlas.Tests.Training.Labels;

/// <summary>The repository's <c>models/atlas-labels</c> on the archive of the embedded world.</summary>
[NoTensorLeaks]
public sealed partial class CommittedLabelsTests
{
    private static readonly string Folder = Path.Combine(ModelLocator.EmbeddedFolder, "atlas-labels");

    [Fact]
    public void It_knows_the_old_order_and_nothing_of_the_new_one_as_its_card_says()
    {
        using var model = LanguageModel.Load(Folder);

        var report = new LabelEvaluator(new Archive(AtlasWorld.LoadEmbedded(), seed: 1)).All(model);

        var said = CardLines().Matches(File.ReadAllText(Path.Combine(Folder, "MODEL_CARD.md")))
            .Select(line => new Share(int.Parse(line.Groups["right"].Value), int.Parse(line.Groups["of"].Value)));
        Assert.Equal([report.Training, report.Upstream, report.Kept, report.Moved, report.Old], said);
        Assert.True(report.Upstream.Percent > 98 && report.Old.Percent > 90, report.ToString());
    }

    [GeneratedRegex(@" % \((?<right>\d+) of (?<of>\d+)\) \|")]
    private static partial Regex CardLines();
}
