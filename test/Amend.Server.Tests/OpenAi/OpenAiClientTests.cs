using System.ClientModel;
using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Generation;
using Amend.Server.Security;
using Amend.Server.Tests.Running;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Amend.Server.Tests.OpenAi;

/// <summary>The official client of OpenAI, as it is, against a running server with keys.</summary>
public sealed class OpenAiClientTests : IAsyncLifetime
{
    private const string Question = "The Eiffel Tower is in";
    private readonly ChatFolder _folder = new();
    private RunningServer _server = null!;
    private string _key = "";

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(
        home => _key = new KeyRing(home).Add("tester", Role.Ask).Key, models: new ModelToServe("chat", _folder.Path));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_conversation_is_answered_as_the_library_answers_it()
    {
        using var model = LanguageModel.Load(_folder.Path);
        var expected = model.Complete(ChatModel.Of(model).Tokenize(Question), new GenerationOptions { MaxNewTokens = 8 });

        var answer = (await Chat().CompleteChatAsync([new UserChatMessage(Question)], Options(8))).Value;

        Assert.Equal(expected, answer.Content[0].Text);
        Assert.StartsWith("amend-", answer.SystemFingerprint, StringComparison.Ordinal);
        Assert.Equal(8, answer.Usage.OutputTokenCount);
        Assert.Equal(answer.Usage.InputTokenCount + 8, answer.Usage.TotalTokenCount);
        Assert.Equal(OpenAI.Chat.ChatFinishReason.Length, answer.FinishReason);
    }

    [Fact]
    public async Task A_stream_gives_the_same_text_in_parts_with_log_probabilities()
    {
        var options = Options(8);
        (options.IncludeLogProbabilities, options.TopLogProbabilityCount) = (true, 3);
        var whole = (await Chat().CompleteChatAsync([new UserChatMessage(Question)], options)).Value;
        var (text, tokens, usage) = ("", new List<ChatTokenLogProbabilityDetails>(), 0);

        await foreach (var part in Chat().CompleteChatStreamingAsync([new UserChatMessage(Question)], options))
        {
            text += string.Concat(part.ContentUpdate.Select(content => content.Text));
            tokens.AddRange(part.ContentTokenLogProbabilities);
            usage += part.Usage?.OutputTokenCount ?? 0;
        }

        Assert.Equal(whole.Content[0].Text, text);
        Assert.Equal(text, string.Concat(tokens.Select(token => token.Token)));
        Assert.Equal(whole.ContentTokenLogProbabilities.Select(token => token.LogProbability), tokens.Select(token => token.LogProbability));
        Assert.All(tokens, token => Assert.Equal(3, token.TopLogProbabilities.Count));
        Assert.Equal(8, usage);
    }

    [Fact]
    public async Task Sampling_follows_its_seed_and_a_text_ends_before_its_stop()
    {
        var options = Options(12);
        (options.Temperature, options.TopP) = (1.5f, 0.95f);
#pragma warning disable OPENAI001
        options.Seed = 11;
        var first = await AnswerAsync(options);
        Assert.Equal(first, await AnswerAsync(options));
        options.Seed = 12;
        Assert.NotEqual(first, await AnswerAsync(options));
#pragma warning restore OPENAI001
        var whole = await AnswerAsync(Options(12));
        var stopped = Options(12);
        stopped.StopSequences.Add(whole[4..7]);

        var answer = (await Chat().CompleteChatAsync([new UserChatMessage(Question)], stopped)).Value;

        Assert.Equal(whole[..whole.IndexOf(whole[4..7], StringComparison.Ordinal)], answer.Content[0].Text);
        Assert.Equal(OpenAI.Chat.ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task The_chat_client_of_dotnet_apps_asks_the_server_in_any_state()
    {
        using var client = Chat("chat@base").AsIChatClient();
        var options = new ChatOptions { MaxOutputTokens = 8, Temperature = 0, Seed = 1, StopSequences = ["\n"] };
        var whole = (await Chat().CompleteChatAsync([new UserChatMessage(Question)], Options(8))).Value.Content[0].Text;

        var response = await client.GetResponseAsync(Question, options, TestContext.Current.CancellationToken);
        var streamed = await client.GetStreamingResponseAsync(Question, options, TestContext.Current.CancellationToken)
            .ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.Equal((whole, whole), (response.Text, streamed.Text));
        Assert.Equal((8, 8), ((int)response.Usage!.OutputTokenCount!, (int)streamed.Usage!.OutputTokenCount!));
    }

    [Fact]
    public async Task Models_are_listed_with_their_base()
    {
        var client = new OpenAIModelClient(new ApiKeyCredential(_key), Endpoint());

        var models = (await client.GetModelsAsync(TestContext.Current.CancellationToken)).Value;

        Assert.Equal(["chat", "chat@base"], models.Select(model => model.Id));
        Assert.Equal("chat", (await client.GetModelAsync("chat", TestContext.Current.CancellationToken)).Value.Id);
    }

    [Fact]
    public async Task Refusals_reach_the_client_as_its_errors()
    {
        Assert.Equal(404, (await FailAsync("another", _key)).Status);
        Assert.Equal(400, (await FailAsync("chat@000000000000", _key)).Status);
        Assert.Equal(401, (await FailAsync("chat", "amend.aaaaaaaaaa.bbbb")).Status);
        var options = Options(8);
        options.PresencePenalty = 1.5f;
        Assert.Contains("presence_penalty", (await Assert.ThrowsAsync<ClientResultException>(() => AnswerAsync(options))).Message, StringComparison.Ordinal);
    }

    private async Task<string> AnswerAsync(ChatCompletionOptions options) =>
        (await Chat().CompleteChatAsync([new UserChatMessage(Question)], options)).Value.Content[0].Text;

    private async Task<ClientResultException> FailAsync(string model, string key) =>
        await Assert.ThrowsAsync<ClientResultException>(() => Chat(model, key).CompleteChatAsync([new UserChatMessage(Question)], Options(2)));

    private ChatClient Chat(string model = "chat", string? key = null) => new(model, new ApiKeyCredential(key ?? _key), Endpoint());

    private OpenAIClientOptions Endpoint() => new()
    {
        Endpoint = new Uri(_server.Url + "/v1"),
        RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(maxRetries: 0),
    };

    private static ChatCompletionOptions Options(int tokens) => new() { MaxOutputTokenCount = tokens, Temperature = 0 };
}
