using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Amend.Editing;

namespace Amend.Studio.Edits;

/// <summary>What the settings of editors are, in the words with which they are declared.</summary>
internal static partial class SettingTexts
{
    private const string Resource = "texts/Amend.Editing.xml";
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Summaries = new(Read);
    private static readonly ConcurrentDictionary<(Type, string), string?> Known = [];

    /// <summary>What a setting is; null where nothing is said of it.</summary>
    /// <param name="editor">The editor.</param>
    /// <param name="setting">The setting's name, such as <c>v_lr</c>.</param>
    public static string? Of(IEditor editor, string setting) =>
        Known.GetOrAdd((editor.GetType(), setting), key => Find(key.Item1, string.Concat(setting.Split('_').Select(Capital))));

    private static string? Find(Type editor, string property)
    {
        var options = editor.Assembly.GetTypes()
            .Where(type => type.Namespace == editor.Namespace && type.Name.EndsWith("Options", StringComparison.Ordinal));
        return options.SelectMany(Line).Select(type => Summaries.Value.GetValueOrDefault($"{type.FullName}.{property}"))
            .FirstOrDefault(text => text is not null);
    }

    private static IEnumerable<Type> Line(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
            yield return at.IsGenericType ? at.GetGenericTypeDefinition() : at;
        foreach (var face in type.GetInterfaces())
            yield return face;
    }

    private static Dictionary<string, string> Read()
    {
        using var stream = typeof(SettingTexts).Assembly.GetManifestResourceStream(Resource)!;
        return XDocument.Load(stream).Descendants("member")
            .Select(member => (Name: member.Attribute("name")!.Value, Summary: member.Element("summary")))
            .Where(member => member.Name.StartsWith("P:", StringComparison.Ordinal) && member.Summary is not null)
            .ToDictionary(member => member.Name[2..], member => TextOf(member.Summary!), StringComparer.Ordinal);
    }

    private static string TextOf(XElement summary) => Space().Replace(
        string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Value.Length: > 0 } element => element.Value,
            XElement element => (element.Attribute("cref") ?? element.Attribute("name"))?.Value.Split('.')[^1] ?? "",
            XText text => text.Value,
            _ => "",
        })),
        " ").Trim();

    private static string Capital(string word) => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
