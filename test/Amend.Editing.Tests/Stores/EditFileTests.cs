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

        Assert.Equal(EditFile.ToBytes(one), EditFile.ToBytes(two));
        Assert.Equal(one.Id, two.Id);
        Assert.NotEqual(one.Id, other.Id);
        Assert.Matches("^[0-9a-f]{12}$", one.Id);
        Assert.Equal(EditFile.IdOf(EditFile.ToBytes(one)), one.Id);
    }

    [Fact]
    public void Keys_are_read_with_the_change_that_they_belong_to()
    {
        using var scope = NewDisposeScope();
        var keys = randn(5, 2);
        using var written = new Edit(SampleEdits.Record(Hash), 
        [
            new WeightEffect("a", new LowRankDelta(randn(3, 2), randn(5, 2), keys)),
            new WeightEffect("b", new DenseDelta(randn(3, 5), 2 * keys)),
            new WeightEffect("c", new DenseDelta(randn(3, 5))),
        ]);
        File.WriteAllBytes(Path, EditFile.ToBytes(written));

        using var read = EditFile.Read(Path);

        TensorAssert.Equal("a", keys, read.Deltas["a"].Keys!);
        TensorAssert.Equal("b", 2 * keys, read.Deltas["b"].Keys!);
        Assert.Null(read.Deltas["c"].Keys);
    }

    [Fact]
    public void What_was_written_is_read()
    {
        using var written = new Edit(SampleEdits.Record(Hash), Changes("a", "b.c"));
        File.WriteAllBytes(Path, EditFile.ToBytes(written));

        using var read = EditFile.Read(Path);

        Assert.Equal(written.Id, read.Id);
        Assert.Equal(EditFile.ToBytes(written), EditFile.ToBytes(read));
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
        using var written = new Edit(SampleEdits.Record(Hash), [.. Changes("a"), new WeightEffect("a.bias", new DenseDelta(tensor([1f, 2, 3])))]);
        File.WriteAllBytes(Path, EditFile.ToBytes(written));

        using var read = EditFile.Read(Path);

        Assert.Equal(written.Id, read.Id);
        Assert.Equal(EditFile.ToBytes(written), EditFile.ToBytes(read));
        Assert.IsType<LowRankDelta>(read.Deltas["a"]);
        TensorAssert.Equal("a.bias", tensor([1f, 2, 3]), Assert.IsType<DenseDelta>(read.Deltas["a.bias"]).Value);
    }

    [Fact]
    public void A_change_of_an_unknown_form_is_the_callers_mistake()
    {
        var failure = Assert.Throws<ArgumentException>(() => new Edit(SampleEdits.Record(Hash), [new WeightEffect("a", new NoDelta())]));

        Assert.StartsWith("The change of 'a' is a NoDelta, which edit files do not know", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_of_another_version_keeps_the_id_of_its_file()
    {
        using var scope = NewDisposeScope();
        var json = JsonSerializer.SerializeToNode(SampleEdits.Record(Hash), EditJson.Options)!;
        json["what_a_later_version_knows"] = 7;
        Write(json.ToJsonString(), ("a.left", ones(4, 1)), ("a.right", ones(3, 1)));

        using var read = EditFile.Read(Path);

        Assert.Equal(EditFile.IdOf(File.ReadAllBytes(Path)), read.Id);
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
        var id = EditFile.IdOf(bytes);
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

        Refused("is not an edit (its format is '', not 'amend.edit.v1'); move it away.", () => SafeTensorsWriter.Write(Path, [left, right]));
        Refused("is not an edit (its format is 'pt', not 'amend.edit.v1'); move it away.", () => SafeTensorsWriter.Write(Path, [left, right], new Dictionary<string, string> { ["format"] = "pt" }));
        Refused("is an edit without its record; make the edit again.", () => Write(null, left, right));
        Refused("is an edit without its record; make the edit again.", () => Write("null", left, right));
        Refused("is an edit whose record cannot be read (", () => Write(record[..^1], left, right));
        Refused("is an edit whose record cannot be read (", () => Write("{}", left, right));
        Refused("is an edit whose record cannot be read (", () => Write(Without(record, "subject"), left, right));
        Refused("is an edit whose record cannot be read (", () => Write(Without(record, "layer"), left, right));
        Refused("is an edit whose record cannot be read (", () => Write(record.Replace("\"tiny\"", "null", StringComparison.Ordinal), left, right));
        Refused("has no change of a weight; make the edit again.", () => Write(record, right));
        Refused("has no tensor 'a.right'", () => Write(record, left));
        Refused("has a change of 'a' that fits no weight (", () => Write(record, left, ("a.right", ones(3, 2))));
        Refused("has a change of 'b' that fits no weight (", () => Write(record, left, right, ("b.left", ones(4, 1)), ("b.right", ones(3))));
        Refused("has a change of 'a' that fits no weight (", () => Write(record, left, ("a.right", ones(3, 1, ScalarType.Int64))));
        Refused("has the change of 'a' twice, as factors and dense; make the edit again.", () => Write(record, left, right, ("a.delta", ones(4, 3))));
        Refused("has a change of 'a' that fits no weight (", () => Write(record, ("a.delta", ones(4, 3, 2))));
        Refused("has a change of 'a' that fits no weight (", () => Write(record, ("a.delta", ones([4], ScalarType.Int64))));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var failure = Assert.ThrowsAny<AmendException>(() => EditFile.Read(_folder.File("none")));

        Assert.Contains(_folder.File("none"), failure.Message, StringComparison.Ordinal);
    }

    private static string Without(string record, string name) => record.Replace($"\"{name}\":", $"\"not_{name}\":", StringComparison.Ordinal);

    private static IReadOnlyList<IEditEffect> Changes(params string[] names) =>
        [.. names.Select(name => new WeightEffect(name, SampleEdits.Delta(4, 3, seed: name[0])))];

    private static byte[] Bytes()
    {
        using var edit = new Edit(SampleEdits.Record(Hash), Changes("a"));
        return EditFile.ToBytes(edit);
    }

    private void Write(string? record, params (string, Tensor)[] tensors)
    {
        var metadata = new Dictionary<string, string> { ["format"] = "amend.edit.v1" };
        if (record is not null)
            metadata["record"] = record;
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

        public Tensor? Keys => null;

        public void AddTo(Tensor weight) => throw new NotSupportedException();

        public double FrobeniusNorm() => 0;

        public IWeightDelta Clone() => this;

        public void Dispose()
        {
        }
    }
}
