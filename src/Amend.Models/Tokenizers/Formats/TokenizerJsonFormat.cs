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
    public ITokenizer Load(string folder, bool findsSpecialTokens)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Create(document.RootElement, TokenizerSettings.Read(folder), findsSpecialTokens);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException($"'{path}' cannot be read as a tokenizer ({e.Message}); download it again, or take its tokenizer.model or vocabulary files instead.", e);
        }
    }

    private static PipelineTokenizer Create(JsonElement file, TokenizerSettings settings, bool findsSpecialTokens)
    {
        AddedToken[] added = file.TryGet("added_tokens") is { } tokens
            ? [.. tokens.EnumerateArray().Select(token => AddedTokenReader.Read(token, token.GetProperty("id").GetInt32()))]
            : [];
        var model = ModelReader.Read(
            file.TryGet("model") ?? throw new FormatException("it has no 'model'"),
            added.Where(token => token.IsSpecial).Select(token => token.Content).ToHashSet(StringComparer.Ordinal));
        int? IdOf(string? name) =>
            name is null ? null
            : Array.Find(added, token => token.Content == name)?.Id ?? (model.Ids.TryGetValue(name, out var id) ? id : null);
        var template = file.TryGet("post_processor") is { } processor ? TemplateReader.Read(processor) : SequenceTemplate.None;
        var end = IdOf(settings.Token("eos_token")) ?? IdOf(settings.Token("sep_token")) ?? settings.ModelId("eos_token_id") ?? EndByName(IdOf, model.Ids.Count);
        var begin = IdOf(settings.Token("bos_token")) ?? IdOf(settings.Token("cls_token")) ?? (template.Before is [var first, ..] ? first : null);
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

    /// <summary>The template after <c>add_bos_token</c> and <c>add_eos_token</c>, which Hugging Face lets win over the file's own.</summary>
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
