// OpenAI's client, as it is, against a server: the same question to a model as it is now and without its edits.
//
//   amend serve my-chat-model
//   dotnet run --project samples/OpenAiClient -- http://127.0.0.1:5150 my-chat-model "Where is the Eiffel Tower?"
using System.ClientModel;
using OpenAI;
using OpenAI.Chat;

if (args is not [var url, var model, var question])
{
    Console.Error.WriteLine("Give the server's address, a model with a chat template, and a question.");
    return 1;
}

// A server without keys takes any.
var key = new ApiKeyCredential(Environment.GetEnvironmentVariable("AMEND_KEY") ?? "none");
var client = new OpenAIClient(key, new OpenAIClientOptions { Endpoint = new Uri(new Uri(url), "/v1") });
foreach (var state in (string[])[$"{model}@base", model])
{
    Console.Write($"{state}:");
    var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 20 };
    string? fingerprint = null;
    await foreach (var part in client.GetChatClient(state).CompleteChatStreamingAsync([new UserChatMessage(question)], options))
    {
        fingerprint = part.SystemFingerprint;
        Console.Write(string.Concat(part.ContentUpdate.Select(content => content.Text)));
    }

    Console.WriteLine($" ({fingerprint})");
}

return 0;
