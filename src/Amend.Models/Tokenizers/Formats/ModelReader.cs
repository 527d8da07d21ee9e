using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Pieces;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>Reads the <c>model</c> of <c>tokenizer.json</c>.</summary>
internal static class ModelReader
{
    private static readonly Dictionary<string, Func<JsonElement, IReadOnlySet<string>, ReadModel>> Models = new(StringComparer.Ordinal)
    {
        ["BPE"] = (model, _) => ReadBpe(model),
        ["Unigram"] = ReadUnigram,
        ["WordPiece"] = (model, _) => ReadWordPiece(model),
    };

    /// <summary>The model.</summary>
    /// <param name="model">The element.</param>
    /// <param name="special">The special tokens, which no text is cut into.</param>
    /// <exception cref="FormatException">It is of a type that is not supported, or is broken.</exception>
    public static ReadModel Read(JsonElement model, IReadOnlySet<string> special)
    {
        var type = model.Text("type") ?? (model.TryGet("merges") is not null ? "BPE" : "");
        return Models.TryGetValue(type, out var read)
            ? read(model, special)
            : throw new FormatException($"its model is of type '{type}'; known are {string.Join(", ", Models.Keys)}");
    }

    private static ReadModel ReadBpe(JsonElement model)
    {
        var ids = Vocabulary(model);
        var options = new BpeOptions
        {
            Unknown = model.Text("unk_token") is { } unknown && ids.TryGetValue(unknown, out var id) ? id : null,
            FusesUnknown = model.Flag("fuse_unk"),
            ByteFallback = model.Flag("byte_fallback"),
            IgnoresMerges = model.Flag("ignore_merges"),
            ContinuingPrefix = model.Text("continuing_subword_prefix") ?? "",
            EndSuffix = model.Text("end_of_word_suffix") ?? "",
        };
        return new ReadModel(
            new WordCache(new BpeModel(ids, model.GetProperty("merges").EnumerateArray().Select(Merge), options)), ids, false);
    }

    private static ReadModel ReadUnigram(JsonElement model, IReadOnlySet<string> special)
    {
        var unknown = model.TryGet("unk_id") is { ValueKind: JsonValueKind.Number } id
            ? id.GetInt32()
            : throw new FormatException("its unigram model has no 'unk_id'");
        ScoredPiece[] pieces = [.. model.GetProperty("vocab").EnumerateArray().Index().Select(entry =>
        {
            var text = entry.Item[0].GetString()!;
            var kind = entry.Index == unknown ? PieceKind.Unknown : special.Contains(text) ? PieceKind.Control : PieceKind.Normal;
            return new ScoredPiece(text, entry.Item[1].GetDouble(), kind);
        })];
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, piece) in pieces.Index())
            ids.TryAdd(piece.Text, index);
        return new ReadModel(new WordCache(new UnigramModel(pieces, unknown, model.Flag("byte_fallback"), inSingle: false)), ids, false);
    }

    private static ReadModel ReadWordPiece(JsonElement model)
    {
        var ids = Vocabulary(model);
        var name = model.Text("unk_token") ?? "[UNK]";
        var unknown = ids.TryGetValue(name, out var id) ? id : throw new FormatException($"its {ids.Count} pieces have no '{name}'");
        var longest = model.TryGet("max_input_chars_per_word") is { ValueKind: JsonValueKind.Number } most ? most.GetInt32() : 100;
        return new ReadModel(
            new WordCache(new WordPieceModel(ids, unknown, model.Text("continuing_subword_prefix") ?? "##", longest)), ids, true);
    }

    private static Dictionary<string, int> Vocabulary(JsonElement model)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var piece in model.GetProperty("vocab").EnumerateObject())
            ids[piece.Name] = piece.Value.GetInt32();
        return ids;
    }

    /// <summary>A merge, which older files write as "left right" and newer ones as a pair.</summary>
    private static (string Left, string Right) Merge(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2)
            return (merge[0].GetString()!, merge[1].GetString()!);
        var text = merge.GetString() ?? "";
        return text.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
            ? (left, right)
            : throw new FormatException($"the merge '{text}' is not two pieces");
    }
}

/// <summary>A model that was read from <c>tokenizer.json</c>.</summary>
/// <param name="Model">Cuts words into pieces.</param>
/// <param name="Ids">The id of each piece.</param>
/// <param name="FindsSpecialTokens">Whether special tokens are always found in a text, as a masked prompt needs it.</param>
internal sealed record ReadModel(IPieceModel Model, IReadOnlyDictionary<string, int> Ids, bool FindsSpecialTokens);
