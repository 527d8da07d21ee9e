using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Amend.Cli.CommandLine;

/// <summary>
/// A command line that is taken as it is written: text that begins with <c>@</c>, <c>/</c> or <c>-</c> is text, and a number is
/// all of what was given for it.
/// </summary>
internal static class LiteralArguments
{
    /// <summary>Spellings of <c>--help</c> that are text elsewhere.</summary>
    private static readonly string[] SlashHelp = ["/h", "/?"];

    /// <summary>No response files (<c>@file</c>), and no short options in one word (<c>-hello</c> for <c>-h</c>).</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Has every number of a verb and of those below it read strictly, and takes back spellings that are text.</summary>
    public static void Apply(Command command)
    {
        foreach (var option in command.Options)
            Apply(option);
        foreach (var verb in command.Subcommands)
            Apply(verb);
    }

    private static void Apply(Option option)
    {
        switch (option)
        {
            case Option<double> number:
                number.CustomParser = result => Read(result) ?? 0;
                break;
            case Option<double?> number:
                number.CustomParser = Read;
                break;
            case HelpOption help:
                foreach (var alias in SlashHelp)
                    help.Aliases.Remove(alias);
                break;
        }
    }

    /// <summary>A finite number without thousands separators: 0,5 is none.</summary>
    private static double? Read(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return number;
        result.AddError($"'{text}' is no number.");
        return null;
    }
}
