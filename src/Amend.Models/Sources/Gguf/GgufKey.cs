using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// What a GGUF file and a configuration in Hugging Face's form both say, or one of them alone: how the configuration has it of a file, and
/// the file of a configuration.
/// </summary>
/// <param name="InConfiguration">The key in <c>config.json</c>.</param>
/// <param name="Read">Its value there of what a file says; null where it is left out.</param>
/// <param name="Write">
/// The file's keys of a configuration, without the architecture's name in front; none where files say it by their tensors.
/// </param>
public sealed record GgufKey(
    string InConfiguration,
    Func<GgufSettings, object?> Read,
    Func<JsonElement, IEnumerable<(string Key, object Value)>> Write)
{
    /// <summary>A whole number of at least one.</summary>
    /// <param name="inFile">The file's key.</param>
    /// <param name="inConfiguration">The configuration's.</param>
    /// <param name="missing">The number where a configuration does not say; it has to where null, the default.</param>
    public static GgufKey Size(string inFile, string inConfiguration, int? missing = null) => new(
        inConfiguration,
        file => file.Size(inFile),
        config => [(inFile, (uint)(missing is { } number ? config.SizeOr(inConfiguration, number) : config.Size(inConfiguration)))]);

    /// <summary>A number.</summary>
    /// <param name="inFile">The file's key.</param>
    /// <param name="inConfiguration">The configuration's.</param>
    /// <param name="missing">The number where a configuration does not say.</param>
    public static GgufKey Number(string inFile, string inConfiguration, double missing) => new(
        inConfiguration, file => file.Number(inFile), config => [(inFile, (float)config.NumberOr(inConfiguration, missing))]);

    /// <summary>A number that is 1 where neither says it.</summary>
    /// <param name="inFile">The file's key.</param>
    /// <param name="inConfiguration">The configuration's.</param>
    public static GgufKey Factor(string inFile, string inConfiguration) => new(
        inConfiguration, file => file.NumberOrNone(inFile), config => [(inFile, (float)config.NumberOr(inConfiguration, 1))]);

    /// <summary>The number of key and value heads, that of the heads where it is not said.</summary>
    /// <param name="headsKey">The configuration's key of the number of heads.</param>
    /// <param name="inConfiguration">Its key of theirs.</param>
    public static GgufKey KeyValueHeads(string headsKey, string inConfiguration) => new(
        inConfiguration,
        file => file.KeyValueHeads,
        config => [("attention.head_count_kv", (uint)config.KeyValueHeads(headsKey, inConfiguration))]);

    /// <summary>What a file's tensors say.</summary>
    public static GgufKey Seen(string inConfiguration, Func<GgufSettings, object?> read) => new(inConfiguration, read, _ => []);

    /// <summary>What both say by the number of tokens or the rows of the embedding.</summary>
    public static GgufKey Vocabulary { get; } = Seen("vocab_size", file => file.Vocabulary);

    /// <summary>The same, which files say by a key, too.</summary>
    public static GgufKey SaidVocabulary { get; } = Vocabulary with { Write = config => [("vocab_size", (uint)config.Size("vocab_size"))] };

    /// <summary>What a file says by having no head of its own.</summary>
    public static GgufKey Tied { get; } = Seen("tie_word_embeddings", file => file.IsTied);

    /// <summary>What no file says, because all models of an architecture are taken to have it so.</summary>
    /// <param name="inConfiguration">The configuration's key.</param>
    /// <param name="taken">The values that are taken to be one; a configuration that says another is refused.</param>
    public static GgufKey Unsaid(string inConfiguration, params string[] taken) => new(inConfiguration, _ => null, config =>
        config.TryGetProperty(inConfiguration, out var value) && value.ValueKind != JsonValueKind.Null && !taken.Contains(value.ToString())
            ? throw Refusal($"{inConfiguration} {value.GetRawText()}", $"they are read with {taken[0]}")
            : []);

    /// <summary>A truth value that no file says, because all models of an architecture are taken to have it so.</summary>
    /// <param name="inConfiguration">The configuration's key.</param>
    /// <param name="taken">The value that is taken; a configuration that says another is refused.</param>
    /// <param name="missing">What holds where a configuration does not say.</param>
    public static GgufKey Taken(string inConfiguration, bool taken, bool missing) => new(
        inConfiguration,
        _ => taken,
        config => config.FlagOr(inConfiguration, missing) == taken
            ? []
            : throw Refusal($"{inConfiguration} {(!taken).ToString().ToLowerInvariant()}", $"they are read with {taken}"));

    /// <summary>Keys with others in the places of those of the same names in the configuration, and behind them.</summary>
    public static IReadOnlyList<GgufKey> With(IReadOnlyList<GgufKey> keys, params IReadOnlyList<GgufKey> others) =>
        [.. keys.Where(key => others.All(other => other.InConfiguration != key.InConfiguration)), .. others];

    /// <summary>The failure of a configuration that asks for what no file can say.</summary>
    /// <param name="said">The key and its value.</param>
    /// <param name="taken">How files are read, a clause.</param>
    public static ModelFormatException Refusal(string said, string taken) => new(
        $"config.json says {said}, which GGUF files of this kind of model cannot say ({taken}); write --to hf or lora instead.");
}
