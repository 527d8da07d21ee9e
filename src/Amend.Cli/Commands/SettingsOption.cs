using System.CommandLine;
using Amend.Cli.CommandLine;

namespace Amend.Cli.Commands;

/// <summary>The option <c>--set NAME=VALUE</c>, which may be repeated.</summary>
/// <param name="description">What the settings are of, with an example.</param>
/// <param name="example">The example, as sentences name it.</param>
internal sealed class SettingsOption(string description, string example)
{
    private readonly Option<string[]> _set = new("--set") { Description = description, HelpName = "NAME=VALUE" };

    /// <summary>Adds the option to a verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_set);

    /// <summary>The settings by their names; of a name that comes twice the last value.</summary>
    /// <exception cref="UsageException">One is not written as NAME=VALUE.</exception>
    public Dictionary<string, string> Read(ParseResult parsed)
    {
        var read = new Dictionary<string, string>();
        foreach (var setting in parsed.GetValue(_set) ?? [])
        {
            var parts = setting.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0)
                throw new UsageException($"--set {setting} was asked; write it as name=value, such as {example}.");
            read[parts[0]] = parts[1];
        }

        return read;
    }
}
