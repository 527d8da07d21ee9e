using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Files;

/// <summary>
/// A trained network as one safetensors file: its tensors, and in the metadata, as JSON, the record and the curve of the training
/// (docs/formats/network.md). The tensors are read when they are asked for.
/// </summary>
public sealed class NetworkFile
{
    private const string FormatKey = "format";
    private const string Format = "amend.network.v1";
    private const string RecordKey = "record";
    private const string CurveKey = "curve";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private NetworkFile(string path, NetworkRecord record, TrainingCurve curve)
    {
        Path = path;
        Record = record;
        Curve = curve;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Everything about the network but its tensors and its curve.</summary>
    public NetworkRecord Record { get; }

    /// <summary>The figures of the training, step by step.</summary>
    public TrainingCurve Curve { get; }

    /// <summary>The file's bytes, as it is now.</summary>
    public long Bytes => new FileInfo(Path).Length;

    /// <summary>Reads a network's file but for the tensors.</summary>
    /// <exception cref="AmendException">The file is missing, broken or no network.</exception>
    public static NetworkFile Read(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) is var format && format != Format)
            throw new AmendException($"'{path}' is no network (its format is '{format}', not '{Format}'); move it away.");
        try
        {
            return new NetworkFile(
                System.IO.Path.GetFullPath(path), Part<NetworkRecord>(file, RecordKey), Part<TrainingCurve>(file, CurveKey));
        }
        catch (JsonException e)
        {
            throw new AmendException($"'{path}' is a network whose record cannot be read ({e.Message}); train it again.", e);
        }
    }

    /// <summary>The hash of tensors as records hold it.</summary>
    /// <exception cref="ArgumentException">A name comes twice, or an element type is not of the format.</exception>
    internal static string HashOf(IReadOnlyList<NamedTensor> tensors)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            SafeTensorsWriter.Write(hashed, Named(tensors));
        return Convert.ToHexStringLower(hash.Hash!);
    }

    /// <summary>
    /// Tensors with the matrices among them in half precision, but for one with an element that it cannot hold; vectors, such as moments,
    /// stay as they are.
    /// </summary>
    /// <returns>In the caller's dispose scope; what stays as it is is the same tensor.</returns>
    internal static IReadOnlyList<NamedTensor> Halved(IReadOnlyList<NamedTensor> tensors)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return [.. tensors.Select(tensor => tensor with { Value = Halved(tensor.Value) })];

        static Tensor Halved(Tensor value)
        {
            if (value.dim() < 2)
                return value;
            var half = value.to(ScalarType.Float16);
            return half.isfinite().all().item<bool>() ? half.MoveToOuterDisposeScope() : value;
        }
    }

    /// <summary>Writes a network's file, whole or not at all.</summary>
    /// <param name="path">The file to make or to replace; its folder must exist.</param>
    /// <param name="record">The record, with the hash of these tensors.</param>
    /// <param name="tensors">The tensors, which stay the caller's.</param>
    /// <param name="curve">The figures of the training.</param>
    /// <exception cref="AmendException">The file cannot be written.</exception>
    internal static void Write(string path, NetworkRecord record, IReadOnlyList<NamedTensor> tensors, TrainingCurve curve) =>
        SafeTensorsWriter.Write(path, Named(tensors), new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [RecordKey] = JsonSerializer.Serialize(record, Json),
            [CurveKey] = JsonSerializer.Serialize(curve, Json),
        });

    /// <summary>Whether the network is an editor's and of a model's weights, in whatever type these are loaded.</summary>
    public bool IsFor(string editor, LanguageModel model) =>
        Record.Editor == editor && (Record.BaseWeightsHash == model.BaseHash || Record.BaseWeightsHash == model.CheckpointHash);

    /// <summary>Refuses another editor's network and one of other weights.</summary>
    /// <exception cref="AmendException">It is one of these.</exception>
    internal void RequireFor(string editor, LanguageModel model)
    {
        if (Record.Editor != editor)
        {
            throw new AmendException(
                $"The network {Record.Id} in '{Path}' is for the editor {Record.Editor}, and {editor} was asked; "
                + $"use --editor {Record.Editor}, or name a network of {editor}.");
        }

        if (!IsFor(editor, model))
        {
            throw new AmendException(
                $"The network {Record.Id} was trained for the weights {ContentHash.Short(Record.BaseWeightsHash)} ('{Record.Model}'), "
                + $"and '{model.Name}' has {ContentHash.Short(model.CheckpointHash)}; "
                + $"train one for it with: amend train {editor} --model {model.Name} --data FORMAT:PATH.");
        }
    }

    /// <summary>Reads the tensors into others, and proves that they are those of the record.</summary>
    /// <param name="tensors">Tensors of the names and shapes of the file's, which stay the caller's.</param>
    /// <exception cref="AmendException">The file's are others, or are not those that were written.</exception>
    internal void LoadInto(IReadOnlyList<NamedTensor> tensors)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(Path);
        var loaded = file.Entries.Select(entry => new NamedTensor(entry.Name, file.Load(entry.Name))).ToList();
        var asked = tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value, StringComparer.Ordinal);
        if (HashOf(loaded) != Record.TensorsHash)
            throw Broken("its tensors are not those that were written");
        if (loaded.Count != asked.Count)
            throw Broken($"it has {loaded.Count} tensors, and its settings ask for {asked.Count}");
        foreach (var (name, value) in loaded)
        {
            if (!asked.TryGetValue(name, out var place) || !place.shape.SequenceEqual(value.shape))
                throw Broken($"its tensor '{name}' [{string.Join(',', value.shape)}] is none that its settings ask for");
        }

        foreach (var (name, value) in loaded)
            asked[name].copy_(value);
    }

    private static (string Name, Tensor Value)[] Named(IReadOnlyList<NamedTensor> tensors) =>
        [.. tensors.Select(tensor => (tensor.Name, tensor.Value))];

    private static T Part<T>(SafeTensorsFile file, string key) =>
        JsonSerializer.Deserialize<T>(file.Metadata.GetValueOrDefault(key) ?? "null", Json) ?? throw new JsonException($"it has no {key}");

    private AmendException Broken(string what) =>
        new($"The network {Record.Id} in '{Path}' is broken: {what}; train it again, or fetch the file again.");
}
