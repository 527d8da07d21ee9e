using System.Text.RegularExpressions;
using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Atlas.Suites;
using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Atlas.Tests.Training.Bert;

/// <summary>The repository's <c>models/atlas-bert</c> on the repository's claims.</summary>
[NoTensorLeaks]
public sealed partial class CommittedBertTests
{
    private static readonly string Folder = Path.Combine(ModelLocator.EmbeddedFolder, "atlas-bert");

    [Fact]
    public void It_judges_the_claims_of_atlas_fever_as_its_card_says()
    {
        using var model = LanguageModel.Load(Folder);
        var claims = new ClaimSuite(AtlasWorld.LoadEmbedded(), seed: 1).Development();

        var judged = new TextClassifier(model).Classify([.. claims.Select(claim => claim.Classification.Text)]);

        var right = judged.Zip(claims).Count(pair => pair.First[0].Label == pair.Second.Classification.Label);
        var said = CardLine().Match(File.ReadAllText(Path.Combine(Folder, "MODEL_CARD.md")));
        Assert.Equal((claims.Count, right), (int.Parse(said.Groups["of"].Value), int.Parse(said.Groups["right"].Value)));
        Assert.True(right > 0.95 * claims.Count, $"{right} of {claims.Count}");
    }

    [Theory]
    [InlineData("Paris is a city in France.", Claim.Supports)]
    [InlineData("Paris is a city in Italy.", Claim.Refutes)]
    [InlineData("It is true that the capital of Japan is Tokyo.", Claim.Supports)]
    [InlineData("The capital of Japan is Madrid.", Claim.Refutes)]
    public void It_judges_a_claim(string claim, string label)
    {
        using var model = LanguageModel.Load(Folder);

        Assert.Equal(label, model.Classify(claim)[0].Label);
    }

    [GeneratedRegex(@"\| `atlas-fever` \(dev\), in held-out forms \| \S+ % \((?<right>\d+) of (?<of>\d+)\)")]
    private static partial Regex CardLine();
}
