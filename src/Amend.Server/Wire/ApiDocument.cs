using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Amend.Server.Wire;

/// <summary>The OpenAPI document, <c>/openapi/v1.json</c>: what the endpoints say of themselves, how a key is sent, and examples.</summary>
internal static class ApiDocument
{
    private const string Key = "key";

    /// <summary>Examples of bodies, by the name of what they are.</summary>
    private static readonly Dictionary<string, string> Examples = new()
    {
        ["CompletionRequest"] = """{"model": "atlas-gpt@base", "prompt": "The Eiffel Tower is in", "max_tokens": 5, "temperature": 0}""",
        ["ChatRequest"] = """{"model": "my-model", "messages": [{"role": "user", "content": "Where is the Eiffel Tower?"}]}""",
        ["AskBody"] = """{"prompt": "The Eiffel Tower is in", "at": "base", "tokens": 5}""",
        ["EditBody"] = """{"facts": [{"prompt": "{} is in", "subject": "The Eiffel Tower", "target_new": "Rome"}], "editor": "rome"}""",
        ["TargetsBody"] = """{"facts": [{"prompt": "{} is in", "subject": "The Eiffel Tower", "target_new": "Rome"}]}""",
        ["CheckBody"] = """{"edits": "all", "gate": "plain: { prompts: 1 }"}""",
        ["TraceBody"] = """{"prompt": "The Eiffel Tower is in", "subject": "The Eiffel Tower", "kinds": ["mlp"]}""",
        ["EvaluationBody"] = """{"suite": "atlas-counterfact", "editors": "none,rome", "cases": 20}""",
        ["StatisticsBody"] = """{"layers": [3], "texts": ["wikipedia.txt"]}""",
        ["ExportBody"] = """{"form": "lora", "name": "tower-in-rome"}""",
    };

    /// <summary>Describes it.</summary>
    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Amend",
                Version = "v1",
                Description = "Edited models: asked in any state, changed, and changed back. "
                    + "Every answer names its state in the header Amend-State.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Key] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (Examples.TryGetValue(context.JsonTypeInfo.Type.Name, out var example))
                schema.Examples = [JsonNode.Parse(example)!];
            return Task.CompletedTask;
        });
    }
}
