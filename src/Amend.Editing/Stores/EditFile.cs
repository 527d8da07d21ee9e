using System.Security.Cryptography;
using System.Text.Json;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Editing.Stores;

/// <summary>
/// An edit as one safetensors file: the tensors of its effects, and in the metadata, as JSON, the record and what each effect is
/// (<c>docs/formats/edit-file.md</c>). It is written and hashed piece by piece, so that an edit may be of any size.
/// </summary>
public static class EditFile
{
    private const string FormatKey = "format";
    private const string Format = "amend.edit.v2";
    private const string RecordKey = "record";
    private const string EffectsKey = "effects";

    /// <summary>Writes an edit's file, whole or not at all; the same edit gives the same bytes.</summary>
    /// <param name="edit">The edit.</param>
    /// <param name="path">The file to make or to replace.</param>
    /// <exception cref="AmendException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The edit was read from a file of another version, so its id is not of these bytes.</exception>
    public static void Write(Edit edit, string path) => AtomicFile.Write(path, stream =>
    {
        if (Write(stream, edit.Record, edit.Effects) is var id && id != edit.Id)
            throw new ArgumentException($"Edit {edit.Id} would be written as {id}; copy the file that it was read from.", nameof(edit));
    });

    /// <summary>Computes the id of an edit: the first 12 hexadecimal digits of the SHA-256 of its file.</summary>
    /// <exception cref="ArgumentException">Edit files do not know such an effect.</exception>
    public static string ComputeId(EditRecord record, IReadOnlyList<IEditEffect> effects) => Write(Stream.Null, record, effects);

    /// <summary>Computes the id of the edit that a file holds.</summary>
    /// <exception cref="AmendException">The file cannot be read.</exception>
    public static string ComputeId(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return IdOf(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"The edit '{path}' cannot be read ({e.Message.TrimEnd('.')}); make the file readable.", e);
        }
    }

    /// <summary>Reads an edit, of this version or the one before; the caller disposes it.</summary>
    /// <exception cref="AmendException">The file is missing, broken or no edit.</exception>
    public static Edit Read(string path) => Read(path, ComputeId(path));

    /// <summary>Reads an edit whose id was computed from the file already.</summary>
    /// <exception cref="AmendException">The file is missing, broken or no edit.</exception>
    internal static Edit Read(string path, string id)
    {
        using var file = SafeTensorsFile.Open(path);
        var record = RecordIn(file);
        var effects = new List<IEditEffect>();
        try
        {
            foreach (var entry in EffectsIn(file))
                effects.Add(Load(entry, file));
            return new Edit(record, effects, id);
        }
        catch
        {
            effects.ForEach(effect => effect.Dispose());
            throw;
        }
    }

    /// <summary>Reads an edit's record alone.</summary>
    /// <exception cref="AmendException">The file is missing, broken or no edit.</exception>
    internal static EditRecord ReadRecord(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return RecordIn(file);
    }

    /// <summary>Writes the bytes and gives the id that they have.</summary>
    private static string Write(Stream stream, EditRecord record, IReadOnlyList<IEditEffect> effects)
    {
        var tensors = new List<(string Name, Tensor Value)>();
        var entries = new List<StoredEffect>();
        // Effects on different weights do not depend on each other, so their order is no part of what the edit is.
        foreach (var (place, effect) in effects.OrderBy(effect => effect.Weight, StringComparer.Ordinal).Index())
        {
            var (kind, parts) = EffectKind.Of(effect);
            var names = parts.Keys.Order(StringComparer.Ordinal).ToDictionary(part => part, part => $"{place}.{effect.Weight}.{part}");
            tensors.AddRange(parts.Select(part => (names[part.Key], part.Value)));
            entries.Add(StoredEffect.Of(effect, kind, names));
        }

        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        {
            SafeTensorsWriter.Write(hashed, tensors, new Dictionary<string, string>
            {
                [FormatKey] = Format,
                [RecordKey] = JsonSerializer.Serialize(record, EditJson.Options),
                [EffectsKey] = JsonSerializer.Serialize(entries, EditJson.Options),
            });
        }

        return IdOf(hash.Hash!);
    }

    private static string IdOf(byte[] hash) => Convert.ToHexStringLower(hash)[..12];

    private static EditRecord RecordIn(SafeTensorsFile file)
    {
        var format = file.Metadata.GetValueOrDefault(FormatKey);
        if (format is not (Format or EditFileV1.Format))
            throw new AmendException($"'{file.Path}' is not an edit (its format is '{format}', not '{Format}'); move it away.");
        try
        {
            var json = file.Metadata.GetValueOrDefault(RecordKey) ?? "null";
            return JsonSerializer.Deserialize<EditRecord>(format == Format ? json : EditFileV1.RecordOf(json), EditJson.Reading)
                ?? throw new AmendException($"'{file.Path}' is an edit without its record; make the edit again.");
        }
        catch (JsonException e)
        {
            throw new AmendException($"'{file.Path}' is an edit whose record cannot be read ({e.Message}); make the edit again.", e);
        }
    }

    private static IReadOnlyList<StoredEffect> EffectsIn(SafeTensorsFile file)
    {
        var entries = file.Metadata[FormatKey] == Format ? ListedEffects(file) : EditFileV1.EffectsOf(file);
        if (entries.Count == 0)
            throw new AmendException($"'{file.Path}' is an edit without any effect; make the edit again.");
        var changed = entries.Where(entry => EffectKind.Find(entry.Kind, file.Path).IsChange).CountBy(entry => entry.Weight);
        if (changed.FirstOrDefault(weight => weight.Value > 1) is { Key: { } twice })
            throw new AmendException($"'{file.Path}' has the change of '{twice}' twice; make the edit again.");
        return entries;
    }

    private static IReadOnlyList<StoredEffect> ListedEffects(SafeTensorsFile file)
    {
        try
        {
            var json = file.Metadata.GetValueOrDefault(EffectsKey) ?? "[]";
            var entries = JsonSerializer.Deserialize<List<StoredEffect?>>(json, EditJson.Reading);
            return [.. (entries ?? []).Select(entry => entry ?? throw new JsonException("one is null"))];
        }
        catch (JsonException e)
        {
            throw new AmendException($"'{file.Path}' is an edit whose effects cannot be read ({e.Message}); make the edit again.", e);
        }
    }

    private static IEditEffect Load(StoredEffect entry, SafeTensorsFile file)
    {
        using var scope = NewDisposeScope();
        try
        {
            var parts = entry.Tensors.ToDictionary(part => part.Key, part => file.Load(part.Value));
            return EffectKind.Find(entry.Kind, file.Path).Make(entry, parts);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException)
        {
            throw new AmendException(
                $"'{file.Path}' has an effect on '{entry.Weight}' that is no {entry.Kind} of a weight ({e.Message}); make the edit again.",
                e);
        }
    }
}
