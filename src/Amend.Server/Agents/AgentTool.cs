using ModelContextProtocol.Protocol;
using Role = Amend.Server.Security.Role;

namespace Amend.Server.Agents;

/// <summary>Something that an agent may ask for.</summary>
/// <param name="Role">Who may.</param>
/// <param name="Described">What the agent is told of it.</param>
/// <param name="CallAsync">Does it, and gives the record that the command line prints with <c>--json</c>.</param>
internal sealed record AgentTool(Role Role, Tool Described, Func<AgentCall, Task<object>> CallAsync)
{
    /// <summary>Its name.</summary>
    public string Name => Described.Name;

    /// <summary>A tool with arguments.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="effect">What it does to a model, and so who may call it.</param>
    /// <param name="text">What it does and when to call it.</param>
    /// <param name="arguments">What it takes.</param>
    /// <param name="call">Does it.</param>
    public static AgentTool Of<T>(
        string name, ToolEffect effect, string text, ToolArguments<T> arguments, Func<AgentCall, T, Task<object>> call)
    {
        var described = new Tool
        {
            Name = name,
            Description = text,
            InputSchema = arguments.Schema,
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = effect == ToolEffect.None,
                DestructiveHint = effect == ToolEffect.Changes,
                IdempotentHint = effect != ToolEffect.Changes,
                OpenWorldHint = false,
            },
        };
        var role = effect == ToolEffect.None ? Role.Ask : Role.Edit;
        return new AgentTool(role, described, one => call(one, arguments.Read(name, one.Arguments)));
    }
}

/// <summary>What a tool does to a model.</summary>
internal enum ToolEffect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Nothing that stays, but it makes edits or asks at length.</summary>
    Tries,

    /// <summary>It is another model afterwards.</summary>
    Changes,
}
