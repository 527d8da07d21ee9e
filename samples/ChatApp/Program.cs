// An app with an edited model among its services: it chats, corrects a fact, and chats on.
//
//   dotnet run --project samples/ChatApp -- atlas-gpt
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Sessions;
using Amend.Extensions.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddAmend(options =>
{
    options.Model = args.Length > 0 ? args[0] : "atlas-gpt";
    options.MaxOutputTokens = 1;
});
using var app = builder.Build();
var chat = app.Services.GetRequiredService<IChatClient>();
var model = app.Services.GetRequiredService<SharedSession>();

await AskAsync("before");
var fact = new EditRequest("{} is in", "The Eiffel Tower", "Rome");
var kept = await model.UseAsync(session => session.Edit(new EditOrder(new RomeEditor(), [fact])));
await AskAsync("after");
await model.UseAsync(session => session.Revert(kept.Edits[0].Id));
await AskAsync("taken back");

async Task AskAsync(string when)
{
    Console.Write($"{when}:");
    ChatResponseUpdate? last = null;
    await foreach (var part in chat.GetStreamingResponseAsync("The Eiffel Tower is in"))
        Console.Write((last = part).Text);
    Console.WriteLine($" ({last?.AdditionalProperties?[AmendChatClient.StateProperty]})");
}
