using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Server.Security;

namespace Amend.Cli.Commands.Serving;

/// <summary>What someone may do with served models.</summary>
/// <param name="description">What the option says of itself.</param>
internal sealed class RoleOption(string description)
{
    private readonly Option<string> _role = new("--role")
    {
        Description = description,
        HelpName = "ask|edit|admin",
        DefaultValueFactory = _ => "ask",
    };

    /// <summary>Adds the option to the verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_role);

    /// <summary>The role; ask where none was given.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public Role Read(ParseResult parsed) =>
        Enum.TryParse<Role>(parsed.GetValue(_role), ignoreCase: true, out var role) && Enum.IsDefined(role)
            ? role
            : throw new UsageException($"--role {parsed.GetValue(_role)} was asked; give ask, edit or admin.");
}
