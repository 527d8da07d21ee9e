using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>
/// What the files beside a vocabulary say: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c>
/// and the <c>model_type</c> and token ids of <c>config.json</c>. Files may be missing.
/// </summary>
internal sealed class TokenizerSettings
{
    private readonly JsonElement _tokenizer;
    private readonly JsonElement _special;
    private readonly JsonElement _model;

    private TokenizerSettings(string folder)
    {
        _tokenizer = ReadObject(Path.Combine(folder, "tokenizer_config.json"));
        _special = ReadObject(Path.Combine(folder, "special_tokens_map.json"));
        _model = ReadObject(Path.Combine(folder, "config.json"));
        AddedTokens = [.. ReadAddedTokens(ReadObject(Path.Combine(folder, "added_tokens.json")))];
    }

    /// <summary>The keys that name special tokens.</summary>
    public static IReadOnlyList<string> TokenKeys { get; } = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>The name of Hugging Face's class, without <c>Fast</c>; empty where no file says.</summary>
    public string Class => (Text(_tokenizer, "tokenizer_class") ?? "").Replace("Fast", "", StringComparison.Ordinal);

    /// <summary>The family's <c>model_type</c>; empty where no file says.</summary>
    public string ModelType => Text(_model, "model_type") ?? "";

    /// <summary>The tokens that the files add to a vocabulary, with their ids.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="JsonException">A file is no JSON.</exception>
    public static TokenizerSettings Read(string folder) => new(folder);

    /// <summary>A flag of <c>tokenizer_config.json</c>; null where it is not set.</summary>
    public bool? Flag(string key) =>
        _tokenizer.TryGet(key) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;

    /// <summary>A number of <c>tokenizer_config.json</c>; null where it is not set.</summary>
    public int? Number(string key) => _tokenizer.TryGet(key) is { ValueKind: JsonValueKind.Number } value ? value.GetInt32() : null;

    /// <summary>A special token by its key, such as <c>eos_token</c>; null where no file names it.</summary>
    public string? Token(string key) => Text(_tokenizer, key) ?? Text(_special, key);

    /// <summary>The texts of all special tokens that are named by a key.</summary>
    public IEnumerable<string> NamedTokens => TokenKeys.Select(Token).OfType<string>().Distinct();

    /// <summary>An id of <c>config.json</c>, the first where it lists several; null where it says none.</summary>
    public int? ModelId(string key) => _model.TryGet(key) switch
    {
        { ValueKind: JsonValueKind.Number } value => value.GetInt32(),
        { ValueKind: JsonValueKind.Array } values when values.GetArrayLength() > 0 => values[0].GetInt32(),
        _ => null,
    };

    private IEnumerable<AddedToken> ReadAddedTokens(JsonElement added)
    {
        if (_tokenizer.TryGet("added_tokens_decoder") is { ValueKind: JsonValueKind.Object } decoder)
            return decoder.EnumerateObject().Select(entry => AddedTokenReader.Read(entry.Value, int.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture)));
        var special = NamedTokens.ToHashSet();
        return added.ValueKind == JsonValueKind.Object
            ? added.EnumerateObject().Select(entry => new AddedToken(entry.Name, entry.Value.GetInt32()) { IsSpecial = special.Contains(entry.Name) })
            : [];
    }

    /// <summary>A text, or the content of a token that is written as an object.</summary>
    private static string? Text(JsonElement element, string key) => element.TryGet(key) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { ValueKind: JsonValueKind.Object } value when value.TryGet("content") is { ValueKind: JsonValueKind.String } content => content.GetString(),
        _ => null,
    };

    private static JsonElement ReadObject(string path)
    {
        if (!File.Exists(path))
            return default;
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
