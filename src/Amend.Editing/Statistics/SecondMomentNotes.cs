using System.Globalization;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Statistics;

namespace Amend.Editing.Statistics;

/// <summary>What a statistics file says of itself beside the sum. As a file: docs/formats/statistics.md.</summary>
public sealed record SecondMomentNotes
{
    private const string WeightsHashKey = "weights_hash";
    private const string LayerKey = "layer";
    private const string LinesKey = "lines";
    private const string TextHashKey = "text_hash";
    private const string BeginningsKey = "text_beginnings";
    private const string FinishedKey = "finished";
    private const string ModelKey = "model";
    private const string SequenceLengthKey = "sequence_length";
    private const string CutPassagesKey = "cut_passages";
    private const string CutTokensKey = "cut_tokens";
    private const string TypeKey = "keys_type";
    private const string MergedFromKey = "merged_from";
    private const string OriginKey = "origin";
    private const string OriginHashKey = "origin_sha256";

    /// <summary>The hash of the weights, <see cref="LanguageModel.CheckpointHash"/>; null where it is not noted.</summary>
    public string? WeightsHash { get; init; }

    /// <summary>The layer; null where it is not noted.</summary>
    public int? Layer { get; init; }

    /// <summary>Passages of the text that were taken in.</summary>
    public long Lines { get; init; }

    /// <summary>SHA-256 of those passages; null where the text is not known.</summary>
    public string? TextHash { get; init; }

    /// <summary>The hash of the beginning of each file of the text.</summary>
    public IReadOnlyList<string> Beginnings { get; init; } = [];

    /// <summary>Whether the text or the token budget was used up; null where it is not noted.</summary>
    public bool? Finished { get; init; }

    /// <summary>The model's name.</summary>
    public string? Model { get; init; }

    /// <summary>Tokens that each passage was cut to; null where it is not noted.</summary>
    public int? SequenceLength { get; init; }

    /// <summary>Passages that were longer; null where it is not noted.</summary>
    public long? CutPassages { get; init; }

    /// <summary>Tokens of theirs that were left out; null where it is not noted.</summary>
    public long? CutTokens { get; init; }

    /// <summary>The type of the weights that computed the keys, such as <c>Float32</c>; null where it is not noted.</summary>
    public string? KeysType { get; init; }

    /// <summary>The text hashes of the files that it was merged from; empty where it was not.</summary>
    public IReadOnlyList<string> MergedFrom { get; init; } = [];

    /// <summary>The file that it was imported from; null where it was not.</summary>
    public string? Origin { get; init; }

    /// <summary>SHA-256 of that file.</summary>
    public string? OriginHash { get; init; }

    /// <summary>The notes of a loaded second moment.</summary>
    public static SecondMomentNotes Of(SecondMoment moment)
    {
        var all = moment.Metadata;
        return new SecondMomentNotes
        {
            WeightsHash = all.GetValueOrDefault(WeightsHashKey),
            Layer = Number<int>(LayerKey),
            Lines = Number<long>(LinesKey) ?? 0,
            TextHash = all.GetValueOrDefault(TextHashKey),
            Beginnings = List(BeginningsKey),
            Finished = all.GetValueOrDefault(FinishedKey) is { } finished ? finished == "true" : null,
            Model = all.GetValueOrDefault(ModelKey),
            SequenceLength = Number<int>(SequenceLengthKey),
            CutPassages = Number<long>(CutPassagesKey),
            CutTokens = Number<long>(CutTokensKey),
            KeysType = all.GetValueOrDefault(TypeKey),
            MergedFrom = List(MergedFromKey),
            Origin = all.GetValueOrDefault(OriginKey),
            OriginHash = all.GetValueOrDefault(OriginHashKey),
        };

        T? Number<T>(string key)
            where T : struct, ISpanParsable<T> =>
            T.TryParse(all.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var number) ? number : null;

        string[] List(string key) => all.GetValueOrDefault(key, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The notes as a file's metadata.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        (string Key, string? Value)[] all =
        [
            (WeightsHashKey, WeightsHash),
            (LayerKey, Text(Layer)),
            (LinesKey, TextHash is null ? null : Text(Lines)),
            (TextHashKey, TextHash),
            (BeginningsKey, Joined(Beginnings)),
            (FinishedKey, Finished is { } finished ? finished ? "true" : "false" : null),
            (ModelKey, Model),
            (SequenceLengthKey, Text(SequenceLength)),
            (CutPassagesKey, Text(CutPassages)),
            (CutTokensKey, Text(CutTokens)),
            (TypeKey, KeysType),
            (MergedFromKey, Joined(MergedFrom)),
            (OriginKey, Origin),
            (OriginHashKey, OriginHash),
        ];
        return all.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);

        static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
        static string? Joined(IReadOnlyList<string> list) => list.Count == 0 ? null : string.Join(' ', list);
    }

    /// <summary>Why statistics are not of a layer of a model's weights; null where they are.</summary>
    /// <param name="width">The statistics' width.</param>
    /// <param name="model">The model, in whatever type it is loaded.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="path">Their file.</param>
    internal AmendException? Misfit(long width, LanguageModel model, int layer, string path) =>
        Layer == layer && width == model.Transformer.DownMap(layer).Inputs && IsOf(model)
            ? null
            : new AmendException(
                $"'{path}' holds statistics of layer {Layer?.ToString(CultureInfo.InvariantCulture) ?? "(none)"} "
                + $"of the weights {ContentHash.Short(WeightsHash ?? "(none)")}, width {width}, "
                + $"but layer {layer} of {ContentHash.Short(model.CheckpointHash)}, width {model.Transformer.DownMap(layer).Inputs}, "
                + "was asked; "
                + "collect them again with amend stats.");

    private bool IsOf(LanguageModel model) =>
        WeightsHash is not null && (WeightsHash == model.BaseHash || WeightsHash == model.CheckpointHash);
}
