using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Server.Security;

namespace Amend.Cli.Commands.Serving;

/// <summary><c>amend keys</c>: the keys of a server; a running one follows at once.</summary>
internal sealed class KeysCommand : ICliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Whose key it is, such as the program's name." };
    private readonly Argument<string> _key = new("KEY") { Description = "The key's id or name; amend keys list names them." };
    private readonly RoleOption _role = new(
        "What its holder may do: ask; edit, which changes models, too; or admin, for exports, runs and statistics, too.");

    /// <inheritdoc/>
    public Command Build()
    {
        var add = new Command("add", "Make a key; it is shown once, and kept as a hash.") { _name };
        _role.AddTo(add);
        add.SetAction(Add);
        var list = new Command("list", "The keys that there are.");
        list.SetAction(List);
        var remove = new Command("remove", "Take a key away.") { _key };
        remove.SetAction(Remove);
        return new Command("keys", "The keys by which a server tells who asks.") { add, list, remove };
    }

    private int Add(ParseResult parsed)
    {
        var role = _role.Read(parsed);
        var (kept, key) = Ring(parsed).Add(parsed.GetValue(_name)!, role);
        if (parsed.GetValue(GlobalOptions.Json))
        {
            Json.Print(new KeyDocument(KeyEntry.Of(kept), key));
            return ExitCode.Done;
        }

        Terminal.Line(key);
        Messages.Progress($"the key of '{kept.Name}', role {Text(role)}; it is not shown again");
        return ExitCode.Done;
    }

    private int List(ParseResult parsed)
    {
        var document = new KeysDocument([.. Ring(parsed).All.Select(KeyEntry.Of)]);
        if (parsed.GetValue(GlobalOptions.Json))
        {
            Json.Print(document);
        }
        else if (document.Keys.Count == 0)
        {
            Terminal.Line("There are no keys.");
        }
        else
        {
            var table = Terminal.Table("id", "name", "role", "made");
            foreach (var key in document.Keys)
                table.Row([key.Id, key.Name, Text(key.Role), key.Time.ToString("yyyy-MM-dd")]);
            Terminal.Write(table);
        }

        return ExitCode.Done;
    }

    private int Remove(ParseResult parsed)
    {
        var removed = Ring(parsed).Remove(parsed.GetValue(_key)!);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new KeyDocument(KeyEntry.Of(removed), Key: null));
        else
            Terminal.Line($"Taken away: the key {removed.Id} of '{removed.Name}'.");
        return ExitCode.Done;
    }

    private static KeyRing Ring(ParseResult parsed) => new(AmendEnvironment.Of(parsed).Home);

    private static string Text(Role role) => role.ToString().ToLowerInvariant();
}
