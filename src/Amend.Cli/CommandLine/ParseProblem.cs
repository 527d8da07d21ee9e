using System.CommandLine;
using System.CommandLine.Parsing;

namespace Amend.Cli.CommandLine;

/// <summary>Why a command line cannot be parsed, as one sentence.</summary>
internal static class ParseProblem
{
    /// <summary>The sentence, ending with where help is.</summary>
    public static string Describe(ParseResult parsed)
    {
        var path = CommandPath(parsed);
        return $"{Problem(parsed, $"'{path}'")}; see {path} --help.";
    }

    /// <summary>
    /// What looks like an option and was taken for an argument, as <c>--chatt</c> for a prompt; null where there is none, or where
    /// <c>--</c> says that it is meant.
    /// </summary>
    public static string? MistypedOption(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));

    private static string Problem(ParseResult parsed, string path)
    {
        if (MistypedOption(parsed) is { } mistyped)
            return $"{path} has no option '{mistyped}' (what begins with -- and is none goes behind a -- of its own)";
        var command = parsed.CommandResult.Command;
        var verbs = string.Join(", ", command.Subcommands.Select(c => c.Name));
        if (parsed.UnmatchedTokens is [var unmatched, ..])
        {
            return unmatched.StartsWith('-') ? $"{path} has no option '{unmatched}'"
                : verbs.Length > 0 && command.Arguments.Count == 0 ? $"{path} has no verb '{unmatched}', but {verbs}"
                : $"'{unmatched}' is an argument too many for {path} (a text with spaces needs quotes)";
        }

        if (verbs.Length > 0 && command.Action is null)
            return $"{path} needs a verb: {verbs}";
        if (Missing(parsed.CommandResult) is { Count: > 0 } missing)
            return $"{path} needs {string.Join(" and ", missing)}";
        var error = parsed.Errors[0];
        return error.SymbolResult is OptionResult option ? Problem(option) : error.Message.TrimEnd('.').ReplaceLineEndings(" ");
    }

    private static string Problem(OptionResult result)
    {
        var name = result.Option.Name;
        if (result.Tokens.Count == 0)
            return $"{name} needs a value";
        if (result.Tokens.Count > result.Option.Arity.MaximumNumberOfValues)
            return $"{name} is given {result.Tokens.Count} times and can be given once";
        return $"{name} cannot be '{result.Tokens[0].Value}', but must be {Kind(result.Option.ValueType)}";
    }

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(int) || t == typeof(long) => "a whole number",
        var t when t == typeof(double) => "a number",
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(FileInfo) => "a file",
        var t when t == typeof(DirectoryInfo) => "a folder",
        _ => "a text",
    };

    private static List<string> Missing(CommandResult result) =>
    [
        .. result.Command.Arguments
            .Where(a => a.Arity.MinimumNumberOfValues > 0 && result.GetResult(a) is not { Tokens.Count: > 0 }).Select(a => a.Name),
        .. result.Command.Options.Where(o => o.Required && result.GetResult(o) is not { IdentifierTokenCount: > 0 }).Select(o => o.Name),
    ];

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
            names.Push(result.Command is RootCommand ? "amend" : result.Command.Name);
        return string.Join(' ', names);
    }
}
