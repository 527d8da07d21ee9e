// What an agent does with a model: it asks, tries a change, keeps it, sees it, and takes it back.
//
//   dotnet run --project samples/AgentClient -- amend mcp atlas-gpt --role edit
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

string[] server = args.Length > 0 ? args : ["amend", "mcp", "atlas-gpt", "--role", "edit"];
var transport = new StdioClientTransport(new StdioClientTransportOptions { Name = "amend", Command = server[0], Arguments = server[1..] });
await using var client = await McpClient.CreateAsync(transport);

var tools = await client.ListToolsAsync();
Console.WriteLine($"tools: {string.Join(", ", tools.Select(tool => tool.Name))}");
Console.WriteLine($"before: {await AskAsync()}");

var fact = new { prompt = "{} is in", subject = "The Eiffel Tower", target_new = "Rome" };
var preview = await CallAsync("preview", new() { ["facts"] = new[] { fact } });
Console.WriteLine($"preview: {preview.GetProperty("check").GetProperty("given")} of 1 facts would be given");

var kept = await CallAsync("commit", new() { ["preview"] = preview.GetProperty("id").GetString() });
var id = kept.GetProperty("edits")[0].GetProperty("id").GetString();
Console.WriteLine($"after: {await AskAsync()}");

await CallAsync("revert", new() { ["ids"] = new[] { id } });
Console.WriteLine($"taken back: {await AskAsync()}");

async Task<string?> AskAsync() => (await CallAsync("ask", new() { ["prompt"] = "The Eiffel Tower is in", ["tokens"] = 1 }))
    .GetProperty("completion").GetString()?.Trim();

async Task<JsonElement> CallAsync(string tool, Dictionary<string, object?> arguments)
{
    var result = await client.CallToolAsync(tool, arguments);
    if (result.IsError == true)
        throw new InvalidOperationException(result.Content.OfType<TextContentBlock>().First().Text);
    return result.StructuredContent!.Value;
}
