using System.Text.RegularExpressions;
using Amend.Cli.CommandLine;
using Amend.Editing.Editors;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;

namespace Amend.Cli.Tests;

/// <summary>The command lines of the documents can be given as they stand: their verbs and options exist.</summary>
public sealed partial class DocumentedCommandsTests
{
    /// <summary>What a block of commands is marked with.</summary>
    private static readonly string[] Shells = ["", "sh", "bash"];

    /// <summary>Options whose values are names, and the names.</summary>
    private static readonly (string Option, string[] Known)[] Names =
    [
        ("--editor", [.. BuiltInEditors.All.Select(editor => editor.Name)]),
        ("--editors", [.. BuiltInEditors.All.Select(editor => editor.Name)]),
        ("--metrics", [.. BuiltInMetrics.All.Select(metric => metric.Info.Id), "all"]),
        ("--protocol", [.. BuiltInProtocols.All.Select(protocol => protocol.Name)]),
    ];

    public static TheoryData<string, string> Commands => [.. Found()];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_line_of_a_document_is_one_of_the_program(string document, string command)
    {
        var parsed = AmendApp.Root().Parse([.. Words(command).Skip(1)], LiteralArguments.Parsing);

        var isOne = parsed.Errors.Count == 0 && ParseProblem.MistypedOption(parsed) is null;
        Assert.True(isOne, $"{document}: {command}\n{(isOne ? "" : ParseProblem.Describe(parsed))}");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_a_command_line_of_a_document_names_is_known(string document, string command)
    {
        var parsed = AmendApp.Root().Parse([.. Words(command).Skip(1)], LiteralArguments.Parsing);

        foreach (var (option, known) in Names)
        {
            if (parsed.CommandResult.Command.Options.Any(one => one.Name == option) && parsed.GetValue<string>(option) is { } given)
            {
                var names = Lists().Replace(given, "").Split(',').Select(name => name.Split(':', ';')[0]);
                Assert.All(names, name => Assert.True(known.Contains(name), $"{document}: {command}: {name}"));
            }
        }
    }

    [Fact]
    public void The_lecture_has_a_command_for_each_of_its_parts() =>
        Assert.True(Found().Count(found => found.Document == "docs/lecture.md") >= 10);

    [Theory]
    [InlineData("amend ask M \"Where is it?\" --chat   # comment", "amend|ask|M|Where is it?|--chat")]
    [InlineData("amend edit M --target-new '200 °C' --set a=b#c", "amend|edit|M|--target-new|200 °C|--set|a=b#c")]
    [InlineData("amend ask M \"\"", "amend|ask|M|")]
    public void A_line_is_cut_into_words_as_a_shell_does(string line, string words) => Assert.Equal(words, string.Join('|', Words(line)));

    private static IEnumerable<(string Document, string Command)> Found()
    {
        var root = GoldenCases.RepositoryRoot();
        string[] documents =
            [Path.Combine(root, "README.md"), Path.Combine(root, "src", "README.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)];
        return
            from path in documents.Order(StringComparer.Ordinal)
            from Match block in Fence().Matches(File.ReadAllText(path))
            where Shells.Contains(block.Groups[1].Value)
            from Match command in Line().Matches(block.Groups[2].Value.Replace("\\\n", " ", StringComparison.Ordinal))
            select (Path.GetRelativePath(root, path), command.Groups[1].Value);
    }

    private static IEnumerable<string> Words(string line) => Word().Matches(line)
        .TakeWhile(word => !word.Value.StartsWith('#'))
        .Select(word => Quote().Replace(word.Value, "$1$2"));

    [GeneratedRegex(@"^ *```(\w*)\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?:\$ )?(amend .*)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    /// <summary>A list, or a list of lists, as the setting of a row may be: its commas part no names.</summary>
    [GeneratedRegex(@"\[(?:[^\[\]]|\[[^\[\]]*\])*\]")]
    private static partial Regex Lists();

    [GeneratedRegex("""(?:"[^"]*"|'[^']*'|[^\s"'])+""")]
    private static partial Regex Word();

    [GeneratedRegex("""
        "([^"]*)"|'([^']*)'
        """)]
    private static partial Regex Quote();
}
