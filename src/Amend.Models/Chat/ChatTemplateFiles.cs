using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Chat;

/// <summary>
/// Finds the chat templates of a model folder: <c>chat_template.jinja</c> and <c>additional_chat_templates/NAME.jinja</c>, and
/// those of <c>tokenizer_config.json</c> where no file has the same name.
/// </summary>
internal static class ChatTemplateFiles
{
    /// <summary>The name of the template that is meant where none is named.</summary>
    public const string DefaultName = "default";

    private const string TemplateFile = "chat_template.jinja";
    private const string ConfigFile = "tokenizer_config.json";
    private const string MoreTemplates = "additional_chat_templates";

    /// <summary>The templates, each name once.</summary>
    /// <exception cref="ModelFormatException">The configuration is broken, or a file is a Git LFS pointer.</exception>
    public static IReadOnlyList<NamedTemplate> Read(string folder) =>
        [.. InFiles(folder).Concat(InConfiguration(folder)).DistinctBy(template => template.Name)];

    private static IEnumerable<NamedTemplate> InFiles(string folder)
    {
        var path = Path.Combine(folder, TemplateFile);
        if (File.Exists(path))
            yield return new NamedTemplate(DefaultName, ModelFile.ReadAllText(path), path);
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
            { ValueKind: JsonValueKind.String } only => [new NamedTemplate(DefaultName, only.GetString()!, path)],
            { ValueKind: JsonValueKind.Array } list =>
            [
                .. from entry in list.EnumerateArray()
                   where entry.Text("name") is not null && entry.Text("template") is not null
                   select new NamedTemplate(entry.Text("name")!, entry.Text("template")!, path),
            ],
            _ => [],
        };
    }

    /// <summary>A chat template of a folder.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Text">The Jinja text.</param>
    /// <param name="Path">The file that it is in.</param>
    internal sealed record NamedTemplate(string Name, string Text, string Path);
}
