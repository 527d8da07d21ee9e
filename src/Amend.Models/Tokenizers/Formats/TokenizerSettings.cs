using System.Globalization;
using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>
/// What the files beside a vocabulary say: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c>
/// and the <c>model_type</c> and token ids of <c>config.json</c>. Files may be missing.
/// </summary>
internal sealed class TokenizerSettings
{
    /// <summary>The keys that list special tokens which have no key of their own.</summary>
    private static readonly string[] ListKeys = ["additional_special_tokens", "extra_special_tokens"];

    private readonly JsonElement _tokenizer;
    private readonly JsonElement _special;
    private readonly JsonElement _model;

    private readonly IReadOnlyDictionary<string, TokenizerDefaults> _families;

    private TokenizerSettings(string folder, IReadOnlyDictionary<string, TokenizerDefaults> families)
    {
        _families = families;
        _tokenizer = ReadObject(Path.Combine(folder, "tokenizer_config.json"));
        _special = ReadObject(Path.Combine(folder, "special_tokens_map.json"));
        _model = ReadObject(Path.Combine(folder, "config.json"));
        AddedTokens = [.. ReadAddedTokens(ReadObject(Path.Combine(folder, "added_tokens.json")))];
    }

    /// <summary>The keys that name special tokens.</summary>
    public static IReadOnlyList<string> TokenKeys
        { get; } = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>The name of Hugging Face's class, without <c>Fast</c>; empty where no file says.</summary>
    public string Class => (Text(_tokenizer, "tokenizer_class") ?? "").Replace("Fast", "", StringComparison.Ordinal);

    /// <summary>The family's <c>model_type</c>; empty where no file says.</summary>
    public string ModelType => Text(_model, "model_type") ?? "";

    /// <summary>The tokens that the files add to a vocabulary, with their ids.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>Reads the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="families">What each family's tokenizers do where the files say nothing, by <c>model_type</c>; none when null.</param>
    /// <exception cref="JsonException">A file is no JSON.</exception>
    public static TokenizerSettings Read(string folder, IReadOnlyDictionary<string, TokenizerDefaults>? families = null) =>
        new(folder, families ?? new Dictionary<string, TokenizerDefaults>());

    /// <summary>
    /// What tokenizers of one form do by default: those of the class that a file names, else those of the family; null where neither
    /// has any.
    /// </summary>
    /// <param name="ofForm">The defaults of the form.</param>
    public T? Defaults<T>(Func<TokenizerDefaults, T?> ofForm)
        where T : class =>
        DefaultsOfClass(ofForm) ?? (_families.TryGetValue(ModelType, out var family) ? ofForm(family) : null);

    /// <summary>What tokenizers of one form do by default where a file names their class; null where it names none that is known.</summary>
    /// <param name="ofForm">The defaults of the form.</param>
    public T? DefaultsOfClass<T>(Func<TokenizerDefaults, T?> ofForm)
        where T : class =>
        _families.Values.Where(family => family.Classes.Contains(Class)).Select(ofForm).FirstOrDefault(found => found is not null);

    /// <summary>A flag of <c>tokenizer_config.json</c>; null where it is not set.</summary>
    public bool? Flag(string key) =>
        _tokenizer.TryGet(key) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;

    /// <summary>A number of <c>tokenizer_config.json</c>; null where it is not set.</summary>
    public int? Number(string key) => _tokenizer.TryGet(key) is { ValueKind: JsonValueKind.Number } value ? value.GetInt32() : null;

    /// <summary>A special token by its key, such as <c>eos_token</c>; null where no file names it.</summary>
    public string? Token(string key) => Text(_tokenizer, key) ?? Text(_special, key);

    /// <summary>The texts of all special tokens that are named by a key, alone or in a list.</summary>
    public IEnumerable<string> NamedTokens =>
        TokenKeys.Select(Token).OfType<string>()
            .Concat(ListKeys.SelectMany(key => Texts(_tokenizer, key).Concat(Texts(_special, key)))).Distinct();

    /// <summary>An id of <c>config.json</c>, the first where it lists several; null where it says none.</summary>
    public int? ModelId(string key) => _model.TryGet(key) switch
    {
        { ValueKind: JsonValueKind.Number } value => value.GetInt32(),
        { ValueKind: JsonValueKind.Array } values when values.GetArrayLength() > 0 => values[0].GetInt32(),
        _ => null,
    };

    private IEnumerable<AddedToken> ReadAddedTokens(JsonElement added)
    {
        var special = NamedTokens.ToHashSet(StringComparer.Ordinal);
        var declared = _tokenizer.TryGet("added_tokens_decoder") is { ValueKind: JsonValueKind.Object } decoder
            ? decoder.EnumerateObject()
                .Select(entry => AddedTokenReader.Read(entry.Value, int.Parse(entry.Name, CultureInfo.InvariantCulture)))
            : [];
        var listed = added.ValueKind == JsonValueKind.Object
            ? added.EnumerateObject()
                .Select(entry => new AddedToken(entry.Name, entry.Value.GetInt32()) { IsSpecial = special.Contains(entry.Name) })
            : [];
        return declared.Concat(listed).DistinctBy(token => token.Content);
    }

    /// <summary>A text, or the content of a token that is written as an object.</summary>
    private static string? Text(JsonElement element, string key) => element.TryGet(key) is { } value ? TextOf(value) : null;

    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : value.Text("content");

    /// <summary>The texts of a list of tokens, or of an object that gives each a name.</summary>
    private static IEnumerable<string> Texts(JsonElement element, string key) => element.TryGet(key) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(TextOf).OfType<string>(),
        { ValueKind: JsonValueKind.Object } named => named.EnumerateObject().Select(entry => TextOf(entry.Value)).OfType<string>(),
        _ => [],
    };

    private static JsonElement ReadObject(string path)
    {
        if (!File.Exists(path))
            return default;
        using var document = ModelFile.ParseJson(path);
        return document.RootElement.Clone();
    }
}
