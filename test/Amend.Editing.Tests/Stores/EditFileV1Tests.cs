using System.Text.Json;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Stores;

/// <summary>
/// Edits that version 0.1.0 made of a golden model and kept as files of version 1: one in factors, one dense that was taken back, and
/// one with keys.
/// </summary>
[NoTensorLeaks]
public sealed class EditFileV1Tests : IDisposable
{
    private const string Rome = "0c40f3b37eea";
    private const string FineTuning = "1581c501c2fb";
    private const string AlphaEdit = "19d8f0ab46e0";
    private const string Last = "transformer.h.3.mlp.c_proj.weight";

    private readonly TempFolder _folder = new();

    private static string ModelFolder => GoldenCases.At("models/gpt2_tiny")[0].Folder;

    private static string Fixtures => Path.GetFullPath(Path.Combine(ModelFolder, "../../../edits/v1"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Rome, "rome", 2, 1)]
    [InlineData(FineTuning, "ft", 1, 2)]
    [InlineData(AlphaEdit, "alphaedit", 3, 2)]
    public void A_file_of_version_1_is_read_and_keeps_its_id(string id, string editor, int layer, int effects)
    {
        using var edit = EditFile.Read(File(id));

        Assert.Equal(id, edit.Id);
        Assert.Equal(editor, edit.Record.Editor);
        Assert.Equal([layer], edit.Record.Layers);
        Assert.Equal(effects, edit.Effects.Count);
        Assert.InRange(edit.Record.DeltaNorm!.Value, 1e-6, 10);
    }

    [Fact]
    public void Its_changes_and_keys_are_the_effects_of_this_version()
    {
        using var scope = NewDisposeScope();
        using var rome = EditFile.Read(File(Rome));
        using var tuned = EditFile.Read(File(FineTuning));
        using var edit = EditFile.Read(File(AlphaEdit));
        using var file = SafeTensorsFile.Open(File(AlphaEdit));

        var factors = Assert.IsType<LowRankDelta>(edit.Deltas[Last]);
        var keys = Assert.Single(edit.Effects.OfType<MemoryEffect>());

        Assert.All(rome.Deltas.Values, delta => Assert.IsType<LowRankDelta>(delta));
        Assert.All(tuned.Deltas.Values, delta => Assert.IsType<DenseDelta>(delta));
        TensorAssert.Equal("left", file.Load($"{Last}.left"), factors.Left);
        TensorAssert.Equal("right", file.Load($"{Last}.right"), factors.Right);
        Assert.Equal((Last, "keys"), (keys.Weight, keys.Name));
        TensorAssert.Equal("keys", file.Load($"{Last}.keys"), keys.Values["keys"]);
    }

    [Fact]
    public void A_store_of_version_1_opens_applies_and_takes_back()
    {
        using var model = TinyModels.FromFolder(ModelFolder, new CharacterTokenizer());
        var home = new AmendHome(_folder.Path);
        var store = new EditStore(model, home);
        var place = Directory.CreateDirectory(Path.GetDirectoryName(store.PathOf(Rome))!).FullName;
        foreach (var file in Directory.GetFiles(Fixtures))
            System.IO.File.Copy(file, Path.Combine(place, Path.GetFileName(file)));
        using var scope = NewDisposeScope();
        using var edit = store.Load(AlphaEdit);
        var expected = model.Weights[Last].Value + ((LowRankDelta)edit.Deltas[Last]).ToDense();

        store.ApplyTo(model, store.Applied);

        Assert.Equal([Rome, AlphaEdit], model.Applied.Ids);
        TensorAssert.Close("edited", expected, model.Weights[Last].Value, 1e-6);
        Assert.Equal([128L, 1], Assert.Single(model.Applied.MemoriesOf(Last, "keys")).Values["keys"].shape);
        store.Revert(AlphaEdit);
        model.Applied.Revert(AlphaEdit);
        Assert.Empty(model.Applied.MemoriesOf(Last, "keys"));
        model.Applied.Revert(Rome);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        Assert.Equal([Rome], new EditStore(model, home).Applied);
    }

    [Fact]
    public void A_file_of_version_1_without_a_layer_or_with_a_change_twice_is_refused()
    {
        using var scope = NewDisposeScope();
        var (with, without) = (Record("\"layer\":2"), Record("\"nothing\":2"));
        (string, Tensor) left = ("a.left", ones(4, 1)), right = ("a.right", ones(3, 1));

        Refused("is an edit whose record cannot be read (", without, left, right);
        Refused("is an edit whose record cannot be read (", "[1", left, right);
        Refused("is an edit without any effect", with, right);
        Refused("is an edit without any effect", with, ("a.keys", ones(3, 1)));
        Refused("has no tensor 'a.right'", with, left);
        Refused("has the change of 'a' twice", with, left, right, ("a.delta", ones(4, 3)));
    }

    private static string File(string id) => Path.Combine(Fixtures, $"{id}.safetensors");

    private static string Record(string layer) => JsonSerializer
        .Serialize(SampleEdits.Record(new string('0', 64)), EditJson.Options)
        .Replace("\"layers\":[0]", layer, StringComparison.Ordinal);

    private void Refused(string found, string record, params (string, Tensor)[] tensors)
    {
        var path = _folder.File("edit.safetensors");
        SafeTensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["format"] = "amend.edit.v1", ["record"] = record });

        var failure = Assert.ThrowsAny<AmendException>(() => EditFile.Read(path));

        Assert.Contains($"'{path}' {found}", failure.Message, StringComparison.Ordinal);
    }
}
