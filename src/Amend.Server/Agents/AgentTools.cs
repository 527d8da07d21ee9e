using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Server.Problems;
using Amend.Server.Serving;

namespace Amend.Server.Agents;

/// <summary>The tools of a server.</summary>
internal sealed class AgentTools
{
    private const string ModelName = "model";

    /// <summary>Describes the tools for the models that there are.</summary>
    public AgentTools(ServedModels models) => All = [.. LookingTools.For(models), .. EditingTools.For(models)];

    /// <summary>All of them.</summary>
    public IReadOnlyList<AgentTool> All { get; }

    /// <summary>The argument that names the model, which need not be given where there is one.</summary>
    public static Dictionary<string, JsonNode> ModelArgument(ServedModels models)
    {
        string[] names = [.. models.All.Select(model => model.Name)];
        var schema = new JsonObject
        {
            ["type"] = "string",
            ["enum"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
            ["description"] = "The model.",
        };
        if (names is [var only])
            schema["default"] = only;
        return new() { [ModelName] = schema };
    }

    /// <summary>The name of the model of a call.</summary>
    /// <exception cref="RefusedException">It is no text.</exception>
    public static string ModelOf(AgentCall call, ServedModels models)
    {
        if (!call.Arguments.TryGetValue(ModelName, out var given))
            return models.All[0].Name;
        return given.ValueKind == JsonValueKind.String
            ? given.GetString()!
            : throw new RefusedException(Refusal.BadRequest("'model' is no text; give the name of a model."));
    }
}
