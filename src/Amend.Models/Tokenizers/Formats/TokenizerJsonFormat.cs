using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>Hugging Face's <c>tokenizer.json</c>: normalizer, pre-tokenizer, model, template and decoder as one file says them.</summary>
public sealed class TokenizerJsonFormat : ITokenizerFormat
{
    private const string FileName = "tokenizer.json";

    /// <inheritdoc/>
    public string Files => FileName;

    /// <inheritdoc/>
    public bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <inheritdoc/>
    public ITokenizer Load(string folder, IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var document = ModelFile.ParseJson(path);
            return Create(document.RootElement, TokenizerSettings.Read(folder, families), findsSpecialTokens);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException($"'{path}' cannot be read as a tokenizer ({e.Message}); "
                + "download it again, or take its tokenizer.model or vocabulary files instead.", e);
        }
    }

    private static PipelineTokenizer Create(JsonElement file, TokenizerSettings settings, bool findsSpecialTokens)
    {
        AddedToken[] own = file.TryGet("added_tokens") is { } tokens
            ? [.. tokens.EnumerateArray().Select(token => AddedTokenReader.Read(token, token.GetProperty("id").GetInt32()))]
            : [];
        var model = ModelReader.Read(
            file.TryGet("model") ?? throw new FormatException("it has no 'model'"),
            own.Where(token => token.IsSpecial).Select(token => token.Content).ToHashSet(StringComparer.Ordinal));
        AddedToken[] added = [.. own, .. TokensOfOtherFiles(own, model.Ids, settings)];
        int? IdOf(string? name) =>
            name is null ? null
            : Array.Find(added, token => token.Content == name)?.Id ?? (model.Ids.TryGetValue(name, out var id) ? id : null);
        var template = file.TryGet("post_processor") is { } processor ? TemplateReader.Read(processor) : SequenceTemplate.None;
        var end = IdOf(settings.Token("eos_token")) ?? IdOf(settings.Token("sep_token")) ?? settings.ModelId("eos_token_id")
            ?? EndByName(IdOf, model.Ids.Count);
        var begin = IdOf(settings.Token("bos_token")) ?? IdOf(settings.Token("cls_token"))
            ?? (template.Before is [var first, ..] ? first : null);
        return new PipelineTokenizer(new PipelineParts
        {
            Pieces = model.Ids.GroupBy(piece => piece.Value).ToDictionary(pieces => pieces.Key, pieces => pieces.First().Key),
            Model = model.Model,
            Normalizer = file.TryGet("normalizer") is { } normalizer ? ComponentReader.Normalizer(normalizer) : null,
            PreTokenizer = file.TryGet("pre_tokenizer") is { } preTokenizer ? ComponentReader.PreTokenizer(preTokenizer) : null,
            Decoder = file.TryGet("decoder") is { } decoder ? ComponentReader.Decoder(decoder) : null,
            AddedTokens = added,
            FindsSpecialTokens = findsSpecialTokens || model.FindsSpecialTokens,
            Template = WithFlags(template, settings, begin, end),
            EndOfText = end,
            BeginOfText = begin,
        });
    }

    /// <summary>
    /// The tokens that the files beside <c>tokenizer.json</c> add to it, as transformers adds them: a token whose id is another's gets
    /// the first free one, and a special token that is a piece of the vocabulary is found as a whole.
    /// </summary>
    private static IEnumerable<AddedToken> TokensOfOtherFiles(
        AddedToken[] own, IReadOnlyDictionary<string, int> pieces, TokenizerSettings settings)
    {
        var known = own.Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        var taken = own.Select(token => token.Id).Concat(pieces.Values).ToHashSet();
        foreach (var token in settings.AddedTokens.Where(token => known.Add(token.Content)))
        {
            var isPiece = pieces.TryGetValue(token.Content, out var id);
            if (!isPiece && !taken.Add(id = token.Id))
                taken.Add(id = taken.Max() + 1);
            yield return token with { Id = id };
        }

        foreach (var name in settings.NamedTokens.Where(name => pieces.ContainsKey(name) && known.Add(name)))
            yield return new AddedToken(name, pieces[name]) { IsSpecial = true };
    }

    /// <summary>
    /// The template after <c>add_bos_token</c> and <c>add_eos_token</c>, which Hugging Face lets win over the file's own.
    /// </summary>
    private static SequenceTemplate WithFlags(SequenceTemplate template, TokenizerSettings settings, int? begin, int end)
    {
        var before = settings.Flag("add_bos_token") switch
        {
            true when begin is { } first && !template.Before.Contains(first) => [first, .. template.Before],
            false when begin is { } first => [.. template.Before.Where(id => id != first)],
            _ => template.Before,
        };
        var after = settings.Flag("add_eos_token") switch
        {
            true when !template.After.Contains(end) => [.. template.After, end],
            false => [.. template.After.Where(id => id != end)],
            _ => template.After,
        };
        return template with { Before = before, After = after };
    }

    private static int EndByName(Func<string?, int?> idOf, int count) =>
        idOf("<|endoftext|>") ?? idOf("</s>") ?? idOf("<eos>") ?? idOf("[SEP]") ?? count - 1;
}
