using System.Security.Cryptography;
using System.Text.Json;
using Amend.Editing.Stores;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Stores;

[NoTensorLeaks]
public sealed class EditFileTests : IDisposable
{
    private const string Hash = "0123456789abcdef";
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("edit.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_edit_gives_the_same_bytes_and_id_whatever_the_order_of_its_weights()
    {
        using var one = new Edit(SampleEdits.Record(Hash), Changes("a", "b"));
        using var two = new Edit(SampleEdits.Record(Hash), Changes("b", "a"));
        using var other = new Edit(SampleEdits.Record(Hash) with { Seed = 1 }, Changes("a", "b"));

        Assert.Equal(Bytes(one), Bytes(two));
        Assert.Equal(one.Id, two.Id);
        Assert.NotEqual(one.Id, other.Id);
        Assert.Matches("^[0-9a-f]{12}$", one.Id);
        Assert.StartsWith(one.Id, Convert.ToHexStringLower(SHA256.HashData(Bytes(one))), StringComparison.Ordinal);
        Assert.Equal(one.Id, EditFile.ComputeId(Path));
    }

    [Fact]
    public void What_an_edit_leaves_to_later_ones_is_read_as_it_was_written()
    {
        using var scope = NewDisposeScope();
        var (keys, mean) = (randn(5, 2), randn(8, dtype: float64));
        using var written = new Edit(SampleEdits.Record(Hash),
        [
            new WeightEffect("a", new LowRankDelta(randn(3, 2), randn(5, 2))),
            Memory("a", "keys", ("keys", keys)),
            Memory("b", "moments", ("mean", mean), ("count", tensor(3.0))),
        ]);
        EditFile.Write(written, Path);

        using var read = EditFile.Read(Path);

        var memories = read.Effects.OfType<MemoryEffect>().ToList();
        Assert.Equal([("a", "keys"), ("b", "moments")], memories.Select(memory => (memory.Weight, memory.Name)));
        TensorAssert.Equal("keys", keys, memories[0].Values["keys"]);
        TensorAssert.Equal("mean", mean, memories[1].Values["mean"]);
        Assert.Equal(3, memories[1].Values["count"].item<double>());
        Assert.Equal(["a"], read.Deltas.Keys);
    }

    [Fact]
    public void An_edit_that_changes_no_weight_is_written_and_read()
    {
        using var scope = NewDisposeScope();
        var record = SampleEdits.Record(Hash) with { DeltaNorm = null, Layers = [] };
        using var written = new Edit(record, [Memory("a", "keys", ("keys", ones(2, 1)))]);
        EditFile.Write(written, Path);

        using var read = EditFile.Read(Path);

        Assert.Equal(written.Id, read.Id);
        Assert.Empty(read.Deltas);
        Assert.Empty(read.Record.Layers);
        Assert.Null(read.Record.DeltaNorm);
    }

    [Fact]
    public void What_was_written_is_read()
    {
        using var written = new Edit(SampleEdits.Record(Hash), Changes("a", "b.c"));
        EditFile.Write(written, Path);

        using var read = EditFile.Read(Path);

        Assert.Equal(written.Id, read.Id);
        Assert.Equal(Bytes(written), Bytes(read));
        Assert.Equal(JsonSerializer.Serialize(written.Record, EditJson.Options), JsonSerializer.Serialize(read.Record, EditJson.Options));
        Assert.Equal(written.Record.Request.Subject, read.Record.Request.Subject);
        Assert.Equal(written.Deltas.Keys.Order(), read.Deltas.Keys.Order());
        foreach (var (name, delta) in written.Deltas)
        {
            var (expected, found) = (Assert.IsType<LowRankDelta>(delta), Assert.IsType<LowRankDelta>(read.Deltas[name]));
            TensorAssert.Equal(name, expected.Left, found.Left);
            TensorAssert.Equal(name, expected.Right, found.Right);
        }
    }

    [Fact]
    public void A_dense_change_beside_factors_is_written_and_read()
    {
        using var scope = NewDisposeScope();
        var bias = new WeightEffect("a.bias", new DenseDelta(tensor([1f, 2, 3])));
        using var written = new Edit(SampleEdits.Record(Hash), [.. Changes("a"), bias]);
        EditFile.Write(written, Path);

        using var read = EditFile.Read(Path);

        Assert.Equal(written.Id, read.Id);
        Assert.Equal(Bytes(written), Bytes(read));
        Assert.IsType<LowRankDelta>(read.Deltas["a"]);
        TensorAssert.Equal("a.bias", tensor([1f, 2, 3]), Assert.IsType<DenseDelta>(read.Deltas["a.bias"]).Value);
    }

    [Fact]
    public void A_change_of_an_unknown_form_is_the_callers_mistake()
    {
        var failure = Assert.Throws<ArgumentException>(() => new Edit(SampleEdits.Record(Hash), [new WeightEffect("a", new NoDelta())]));

        Assert.StartsWith(
            "The effect on 'a' is a NoDelta, which edit files do not know; make it one of low_rank, dense, memory, codebook, layer_network, demonstration, token_codebook.",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_of_another_version_keeps_the_id_of_its_file_and_is_not_written_under_it()
    {
        using var scope = NewDisposeScope();
        var json = JsonSerializer.SerializeToNode(SampleEdits.Record(Hash), EditJson.Options)!;
        json["what_a_later_version_knows"] = 7;
        Write(json.ToJsonString(), LowRank("a"), ("a.left", ones(4, 1)), ("a.right", ones(3, 1)));
        var copy = _folder.File("copy.safetensors");

        using var read = EditFile.Read(Path);
        var failure = Assert.Throws<ArgumentException>(() => EditFile.Write(read, copy));

        Assert.Equal(EditFile.ComputeId(Path), read.Id);
        Assert.StartsWith($"Edit {read.Id} would be written as ", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(copy));
    }

    [Fact]
    [Trait("kind", "format")]
    public void A_truncated_file_is_refused_at_any_length()
    {
        var bytes = Bytes();
        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(Path, bytes[..length]);

            var failure = Assert.ThrowsAny<AmendException>(() => EditFile.Read(Path));

            Assert.Contains(Path, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("kind", "format")]
    public void A_flipped_bit_is_refused_or_gives_another_id()
    {
        var bytes = Bytes();
        var id = EditFile.ComputeId(Path);
        for (var place = 0; place < bytes.Length; place++)
        {
            var flipped = bytes.ToArray();
            flipped[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(Path, flipped);
            try
            {
                using var read = EditFile.Read(Path);
                Assert.NotEqual(id, read.Id);
            }
            catch (AmendException failure)
            {
                Assert.Contains(Path, failure.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    [Trait("kind", "format")]
    public void Files_that_are_no_edits_are_refused_with_what_was_found()
    {
        using var scope = NewDisposeScope();
        var record = JsonSerializer.Serialize(SampleEdits.Record(Hash), EditJson.Options);
        (string, Tensor) left = ("a.left", ones(4, 1)), right = ("a.right", ones(3, 1));
        void Broken(string found, string? json) => Refused(found, () => Write(json, LowRank("a"), left, right));

        Refused(
            "is not an edit (its format is '', not 'amend.edit.v2'); move it away.",
            () => SafeTensorsWriter.Write(Path, [left, right]));
        Refused(
            "is not an edit (its format is 'pt', not 'amend.edit.v2'); move it away.",
            () => SafeTensorsWriter.Write(Path, [left, right], new Dictionary<string, string> { ["format"] = "pt" }));
        Broken("is an edit without its record; make the edit again.", null);
        Broken("is an edit without its record; make the edit again.", "null");
        Broken("is an edit whose record cannot be read (", record[..^1]);
        Broken("is an edit whose record cannot be read (", "{}");
        Broken("is an edit whose record cannot be read (", Without(record, "subject"));
        Broken("is an edit whose record cannot be read (", Without(record, "layers"));
        Broken("is an edit whose record cannot be read (", record.Replace("\"tiny\"", "null", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("kind", "format")]
    public void Effects_that_are_none_are_refused_with_what_was_found()
    {
        using var scope = NewDisposeScope();
        var record = JsonSerializer.Serialize(SampleEdits.Record(Hash), EditJson.Options);
        (string, Tensor) left = ("a.left", ones(4, 1)), right = ("a.right", ones(3, 1)), delta = ("a.delta", ones(4, 3));
        const string Dense = """{"kind":"dense","weight":"a","tensors":{"delta":"a.delta"}}""";
        var mislabelled = LowRank("a").Replace("\"right\":", "\"wrong\":", StringComparison.Ordinal);
        var nameless = Dense.Replace("dense", "memory", StringComparison.Ordinal);
        void Broken(string found, string? effects, params (string, Tensor)[] tensors) =>
            Refused(found, () => Write(record, effects, tensors));

        Broken("is an edit without any effect; make the edit again.", null, left, right);
        Broken("is an edit without any effect; make the edit again.", "[]", left, right);
        Broken("is an edit whose effects cannot be read (", "[", left, right);
        Broken("is an edit whose effects cannot be read (one is null)", "[null]", left, right);
        Broken("is an edit whose effects cannot be read (", "[{}]", left, right);
        Broken(
            "has an effect of the kind 'spell', and this version knows low_rank, dense, memory, codebook, layer_network, demonstration, token_codebook; use the version that made the edit.",
            """[{"kind":"spell","weight":"a","tensors":{}}]""");
        Broken("has no tensor 'a.right'", LowRank("a"), left);
        Broken("has an effect on 'a' that is no low_rank of a weight (", LowRank("a"), left, ("a.right", ones(3, 2)));
        Broken("has an effect on 'a' that is no low_rank of a weight (", LowRank("a"), left, ("a.right", ones(3)));
        Broken("has an effect on 'a' that is no low_rank of a weight (", LowRank("a"), left, ("a.right", ones(3, 1, ScalarType.Int64)));
        Broken("has an effect on 'a' that is no low_rank of a weight (", mislabelled, left, right);
        Broken("has an effect on 'a' that is no dense of a weight (", $"[{Dense}]", ("a.delta", ones(4, 3, 2)));
        Broken("has an effect on 'a' that is no memory of a weight (it has no name", $"[{nameless}]", delta);
        Broken(
            "has an effect on 'a' that is no codebook of a weight (it has no rules",
            """[{"kind":"codebook","weight":"a","tensors":{"key":"a.left","value":"a.right","label":"ids"}}]""",
            left,
            right,
            ("ids", tensor([1L, 2])));
        Broken(
            "has an effect on 'a' that is no codebook of a weight (",
            """[{"kind":"codebook","weight":"a","tensors":{"key":"a.left","value":"a.right","label":"a.right"}}]""",
            left,
            right);
        Broken(
            "has an effect on 'a' that is no layer_network of a weight (it has no form",
            """[{"kind":"layer_network","weight":"a","tensors":{"change":"a.left"}}]""",
            left);
        Broken("has the change of 'a' twice; make the edit again.", $"[{Dense},{LowRank("a")[1..]}", left, right, delta);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var failure = Assert.ThrowsAny<AmendException>(() => EditFile.Read(_folder.File("none")));

        Assert.Contains(_folder.File("none"), failure.Message, StringComparison.Ordinal);
    }

    private static string Without(string record, string name) =>
        record.Replace($"\"{name}\":", $"\"not_{name}\":", StringComparison.Ordinal);

    private static IReadOnlyList<IEditEffect> Changes(params string[] names) =>
        [.. names.Select(name => new WeightEffect(name, SampleEdits.Delta(4, 3, seed: name[0])))];

    private byte[] Bytes()
    {
        using var edit = new Edit(SampleEdits.Record(Hash), Changes("a"));
        return Bytes(edit);
    }

    private byte[] Bytes(Edit edit)
    {
        EditFile.Write(edit, Path);
        return File.ReadAllBytes(Path);
    }

    private static string LowRank(string weight) =>
        $$$"""[{"kind":"low_rank","weight":"{{{weight}}}","tensors":{"left":"{{{weight}}}.left","right":"{{{weight}}}.right"}}]""";

    private static MemoryEffect Memory(string weight, string name, params (string Name, Tensor Value)[] values) =>
        new(weight, name, values.ToDictionary(value => value.Name, value => value.Value));

    private void Write(string? record, string? effects, params (string, Tensor)[] tensors)
    {
        var metadata = new Dictionary<string, string> { ["format"] = "amend.edit.v2" };
        if (record is not null)
            metadata["record"] = record;
        if (effects is not null)
            metadata["effects"] = effects;
        SafeTensorsWriter.Write(Path, tensors, metadata);
    }

    private void Refused(string found, Action write)
    {
        write();

        var failure = Assert.ThrowsAny<AmendException>(() => EditFile.Read(Path));

        Assert.Contains($"'{Path}' {found}", failure.Message, StringComparison.Ordinal);
    }

    private sealed class NoDelta : IWeightDelta
    {
        public IReadOnlyList<long> Shape => [];

        public void AddTo(Tensor weight) => throw new NotSupportedException();

        public Tensor Rows(long from, long count) => throw new NotSupportedException();

        public double FrobeniusNorm() => 0;

        public IWeightDelta Clone() => this;

        public void Dispose()
        {
        }
    }
}
