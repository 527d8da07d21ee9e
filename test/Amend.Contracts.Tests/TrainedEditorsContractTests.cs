using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Contracts.Tests;

/// <summary>What editors with a network promise of its use.</summary>
[NoTensorLeaks]
public sealed class TrainedEditorsContractTests
{
    private static readonly EditRequest[] Requests =
    [
        new("The cat sat on", null, "mat") { TargetTrue = "hat" },
        new("A dog ran to", null, "goa") { TargetTrue = "rome" },
    ];

    public static TheoryData<string> All => [.. BuiltInNetworks.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void An_edit_from_its_file_gives_the_same_model_bit_for_bit_and_a_network_of_other_weights_is_refused(string name)
    {
        using var model = TinyModels.Gpt2(seed: 1, layers: 3);
        using var other = TinyModels.Gpt2(seed: 2, layers: 3);
        using var means = new EditingMeans(model);
        using var folder = new TempFolder();
        var context = TinyEdits.Context(name, means);
        using var made = BuiltInEditors.Find(name).Apply(model, [Requests[0]], context);
        var edited = model.Weights.Hash();
        made.Revert();

        EditFile.Write(made.Edits[0], folder.File("edit.safetensors"));
        using var read = EditFile.Read(folder.File("edit.safetensors"));
        model.Applied.Apply(read.Id, read.Effects);

        Assert.Equal(edited, model.Weights.Hash());
        Assert.Throws<AmendException>(() => BuiltInEditors.Find(name).Apply(other, [Requests[0]], context));
        Assert.Throws<AmendException>(() => BuiltInEditors.Find(name).Apply(
            other, [Requests[0]], context with { Settings = new Dictionary<string, string> { ["network"] = read.Record.Network!.Id } }));
        Assert.Equal(other.BaseHash, other.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_model_with_edits_is_edited_as_it_is_then(string name)
    {
        using var model = TinyModels.Gpt2(seed: 1, layers: 3);
        using var means = new EditingMeans(model);
        var context = TinyEdits.Context(name, means);
        using var alone = BuiltInEditors.Find(name).Apply(model, [Requests[1]], context);
        alone.Revert();
        using var below = BuiltInEditors.Find(name).Apply(model, [Requests[0]], context);

        using var upon = BuiltInEditors.Find(name).Apply(model, [Requests[1]], context);

        Assert.Equal([below.Edits[0].Id], upon.Edits[0].Record.AppliedBefore);
        Assert.NotEqual(alone.Edits[0].Record.DeltaNorm, upon.Edits[0].Record.DeltaNorm);
    }
}
