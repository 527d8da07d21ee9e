using System.Security.Cryptography;
using System.Text.Json;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Stores;

/// <summary>
/// An edit as one safetensors file: each weight's change as factors, <c>NAME.left</c> and <c>NAME.right</c>, or dense,
/// <c>NAME.delta</c>, with the keys it was made for, <c>NAME.keys</c>, where it has some, the record as JSON in the metadata (<c>docs/formats/edit-file.md</c>).
/// </summary>
public static class EditFile
{
    private const string FormatKey = "format";
    private const string Format = "amend.edit.v1";
    private const string RecordKey = "record";
    private const string Left = ".left";
    private const string Right = ".right";
    private const string Dense = ".delta";
    private const string Keys = ".keys";

    /// <summary>The file's bytes; the same edit gives the same bytes.</summary>
    public static byte[] ToBytes(Edit edit)
    {
        using var stream = new MemoryStream();
        var tensors = edit.Deltas.SelectMany(delta => Tensors(delta.Key, delta.Value)).ToList();
        SafeTensorsWriter.Write(stream, tensors, new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [RecordKey] = JsonSerializer.Serialize(edit.Record, EditJson.Options),
        });
        return stream.ToArray();
    }

    /// <summary>The id of a file's bytes: the first 12 hexadecimal digits of their SHA-256.</summary>
    public static string IdOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];

    /// <summary>Reads an edit; the caller disposes it.</summary>
    /// <exception cref="AmendException">The file is missing, broken or no edit.</exception>
    public static Edit Read(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        var id = IdOf(ReadBytes(path));
        RefuseOther(file, path);
        var record = ReadRecord(file.Metadata.GetValueOrDefault(RecordKey), path);
        var deltas = new Dictionary<string, IWeightDelta>();
        try
        {
            foreach (var name in NamesWith(Left, file))
                deltas.Add(name, ReadDelta(name, path, () => new LowRankDelta(file.Load(name + Left), file.Load(name + Right), KeysIn(file, name))));
            foreach (var name in NamesWith(Dense, file))
            {
                if (deltas.ContainsKey(name))
                    throw new AmendException($"'{path}' has the change of '{name}' twice, as factors and dense; make the edit again.");
                deltas.Add(name, ReadDelta(name, path, () => new DenseDelta(file.Load(name + Dense), KeysIn(file, name))));
            }

            return deltas.Count > 0 ? new Edit(record, WeightEffect.Of(deltas), id) : throw new AmendException($"'{path}' has no change of a weight; make the edit again.");
        }
        catch
        {
            foreach (var delta in deltas.Values)
                delta.Dispose();
            throw;
        }
    }

    /// <summary>Reads an edit's record alone.</summary>
    /// <exception cref="AmendException">The file is missing, broken or no edit.</exception>
    internal static EditRecord ReadRecord(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        RefuseOther(file, path);
        return ReadRecord(file.Metadata.GetValueOrDefault(RecordKey), path);
    }

    /// <summary>The bytes of an edit's file.</summary>
    /// <exception cref="AmendException">The file cannot be read.</exception>
    internal static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"The edit '{path}' cannot be read ({e.Message.TrimEnd('.')}); make the file readable.", e);
        }
    }

    private static void RefuseOther(SafeTensorsFile file, string path)
    {
        if (file.Metadata.GetValueOrDefault(FormatKey) != Format)
            throw new AmendException($"'{path}' is not an edit (its format is '{file.Metadata.GetValueOrDefault(FormatKey)}', not '{Format}'); move it away.");
    }

    private static EditRecord ReadRecord(string? json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<EditRecord>(json ?? "null", EditJson.Reading)
                ?? throw new AmendException($"'{path}' is an edit without its record; make the edit again.");
        }
        catch (JsonException e)
        {
            throw new AmendException($"'{path}' is an edit whose record cannot be read ({e.Message}); make the edit again.", e);
        }
    }

    private static Tensor? KeysIn(SafeTensorsFile file, string name) => file.Contains(name + Keys) ? file.Load(name + Keys) : null;

    private static IEnumerable<(string Name, Tensor Value)> Tensors(string name, IWeightDelta delta)
    {
        var change = ChangeOf(name, delta);
        return delta.Keys is { } keys ? change.Append((name + Keys, keys)) : change;
    }

    private static IEnumerable<(string Name, Tensor Value)> ChangeOf(string name, IWeightDelta delta) => delta switch
    {
        LowRankDelta factors => [(name + Left, factors.Left), (name + Right, factors.Right)],
        DenseDelta dense => [(name + Dense, dense.Value)],
        _ => throw new ArgumentException($"The change of '{name}' is a {delta.GetType().Name}, which edit files do not know; make it low-rank or dense.", nameof(delta)),
    };

    private static IEnumerable<string> NamesWith(string ending, SafeTensorsFile file) =>
        file.Entries.Select(entry => entry.Name).Where(name => name.EndsWith(ending, StringComparison.Ordinal)).Select(name => name[..^ending.Length]);

    private static IWeightDelta ReadDelta(string name, string path, Func<IWeightDelta> read)
    {
        using var scope = NewDisposeScope();
        try
        {
            return read();
        }
        catch (ArgumentException e)
        {
            throw new AmendException($"'{path}' has a change of '{name}' that fits no weight ({e.Message}); make the edit again.", e);
        }
    }
}
