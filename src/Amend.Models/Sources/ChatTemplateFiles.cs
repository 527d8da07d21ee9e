using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Models.Sources;

/// <summary>
/// Finds the chat templates of a model folder: <c>chat_template.jinja</c> and <c>additional_chat_templates/NAME.jinja</c>, and
/// those of <c>tokenizer_config.json</c> where no file has the same name.
/// </summary>
internal static class ChatTemplateFiles
{
    private const string TemplateFile = "chat_template.jinja";
    private const string ConfigFile = "tokenizer_config.json";
    private const string MoreTemplates = "additional_chat_templates";

    /// <summary>The templates, each name once.</summary>
    /// <exception cref="ModelFormatException">The configuration is broken, or a file is a Git LFS pointer.</exception>
    public static ModelChatTemplates Read(string folder)
    {
        NamedTemplate[] all = [.. InFiles(folder).Concat(InConfiguration(folder)).DistinctBy(template => template.Name)];
        return new ModelChatTemplates(all, all.Length == 0 ? new Dictionary<string, string>() : TokensOf(folder));
    }

    private static IEnumerable<NamedTemplate> InFiles(string folder)
    {
        var path = Path.Combine(folder, TemplateFile);
        if (File.Exists(path))
            yield return new NamedTemplate(ModelChatTemplates.DefaultName, ModelFile.ReadAllText(path), path);
        var more = Path.Combine(folder, MoreTemplates);
        if (!Directory.Exists(more))
            yield break;
        foreach (var named in Directory.EnumerateFiles(more, "*.jinja").Order(StringComparer.Ordinal))
            yield return new NamedTemplate(Path.GetFileNameWithoutExtension(named), ModelFile.ReadAllText(named), named);
    }

    private static List<NamedTemplate> InConfiguration(string folder)
    {
        var path = Path.Combine(folder, ConfigFile);
        if (!File.Exists(path))
            return [];
        using var configuration = ModelFile.ParseConfiguration(path);
        return configuration.RootElement.TryGet("chat_template") switch
        {
            { ValueKind: JsonValueKind.String } only => [new NamedTemplate(ModelChatTemplates.DefaultName, only.GetString()!, path)],
            { ValueKind: JsonValueKind.Array } list =>
            [
                .. from entry in list.EnumerateArray()
                   where entry.Text("name") is not null && entry.Text("template") is not null
                   select new NamedTemplate(entry.Text("name")!, entry.Text("template")!, path),
            ],
            _ => [],
        };
    }

    private static Dictionary<string, string> TokensOf(string folder)
    {
        var settings = TokenizerSettings.Read(folder);
        return TokenizerSettings.TokenKeys.Where(key => settings.Token(key) is not null)
            .ToDictionary(key => key, key => settings.Token(key)!);
    }
}
