using Amend.Models;
using Amend.Models.Inspection;
using Amend.Parity.Tests.Families;

namespace Amend.Parity.Tests.Checkpoints;

/// <summary>Looking at a golden checkpoint without its values finds nothing wrong, and the model that loading gives.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class InspectionParityTests
{
    public static TheoryData<string> Folders => GoldenCases.Rows(
        new[] { "families", "checkpoints", "models" }.SelectMany(GoldenCases.Under).Where(golden => File.Exists(Path.Combine(golden.Folder, "config.json"))));

    [Theory]
    [MemberData(nameof(Folders))]
    public void Nothing_is_wrong_with_a_golden_checkpoint(string id)
    {
        var golden = GoldenCases.Find(id);
        FamilyCase.SkipUnlessBuiltIn(golden);

        var found = ModelInspection.Run(golden.Folder);

        Assert.Empty(found.Problems);
        using var model = LanguageModel.Load(golden.Folder);
        Assert.Equal(model.Shape, found.Shape);
        Assert.Equal(model.Weights.All.Sum(weight => weight.Value.numel()), found.Parameters);
    }
}
