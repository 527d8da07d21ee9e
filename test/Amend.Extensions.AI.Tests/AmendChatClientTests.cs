using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Generation;
using Amend.Tensors;
using Microsoft.Extensions.AI;
using AskedMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Amend.Extensions.AI.Tests;

public sealed class AmendChatClientTests : IDisposable
{
    private const string Question = "The Eiffel Tower is in";
    private static readonly EditRequest Fact = new("{} is in", "The Eiffel Tower", "Rome");
    private readonly TempFolder _home = new();
    private readonly ChatFolder _folder = new();
    private readonly AmendChatClient _client;

    public AmendChatClientTests() =>
        _client = new AmendChatClient(EditSession.Open(_folder.Path, new SessionOptions { Home = new AmendHome(_home.File("home")) }));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task A_conversation_is_answered_as_the_library_answers_it()
    {
        using var model = LanguageModel.Load(_folder.Path);
        var prompt = ChatModel.Of(model).Tokenize(Question);
        var expected = model.Complete(prompt, new GenerationOptions { MaxNewTokens = 8 });

        var response = await _client.GetResponseAsync(Question, Options(8), Stop);

        Assert.Equal(expected, response.Text);
        Assert.Equal((ChatFinishReason.Length, ChatRole.Assistant), (response.FinishReason, response.Messages[0].Role));
        Assert.Equal((prompt.Ids.Count, 8, prompt.Ids.Count + 8), ((int)response.Usage!.InputTokenCount!, (int)response.Usage.OutputTokenCount!, (int)response.Usage.TotalTokenCount!));
        Assert.Equal(model.Name, response.ModelId);
        Assert.Equal(StateFingerprint.Of(model.BaseHash, []), response.AdditionalProperties![AmendChatClient.StateProperty]);
        Assert.Empty(Assert.IsAssignableFrom<IReadOnlyList<string>>(response.AdditionalProperties[AmendChatClient.EditsProperty]));
    }

    [Fact]
    public async Task A_stream_gives_the_same_response_in_parts()
    {
        var whole = await _client.GetResponseAsync(Question, Options(8), Stop);
        var parts = new List<ChatResponseUpdate>();

        await foreach (var part in _client.GetStreamingResponseAsync(Question, Options(8), Stop))
            parts.Add(part);

        Assert.True(parts.Count > 4);
        var joined = parts.ToChatResponse();
        Assert.Equal((whole.Text, whole.FinishReason, whole.ModelId), (joined.Text, joined.FinishReason, joined.ModelId));
        Assert.Equal(whole.Usage!.TotalTokenCount, joined.Usage!.TotalTokenCount);
        Assert.Equal(whole.AdditionalProperties![AmendChatClient.StateProperty], joined.AdditionalProperties![AmendChatClient.StateProperty]);
        Assert.Single(parts.Select(part => part.ResponseId).Distinct());
    }

    [Fact]
    public async Task A_program_edits_the_fact_and_chats_on_and_every_answer_names_its_state()
    {
        var before = await _client.GetResponseAsync(Question, Options(5), Stop);
        var shared = _client.GetRequiredService<SharedSession>();

        var kept = await shared.UseAsync(session => session.Edit(new EditOrder(new RomeEditor(), [Fact])), Stop);

        var id = kept.Edits[0].Id;
        var after = await _client.GetResponseAsync(Question, Options(5), Stop);
        Assert.StartsWith(" Rome", after.Text, StringComparison.Ordinal);
        Assert.Equal([id], Assert.IsAssignableFrom<IReadOnlyList<string>>(after.AdditionalProperties![AmendChatClient.EditsProperty]));
        var options = Options(5);
        options.ModelId = before.ModelId + "@base";
        Assert.Equal(before.Text, (await _client.GetResponseAsync(Question, options, Stop)).Text);
        options.ModelId = $"{before.ModelId}@{id[..6]}";
        await shared.UseAsync(session => session.Revert(id), Stop);
        Assert.Equal(after.Text, (await _client.GetResponseAsync(Question, options, Stop)).Text);
        var reverted = await _client.GetResponseAsync(Question, Options(5), Stop);
        Assert.Equal((before.Text, State(before)), (reverted.Text, State(reverted)));
    }

    [Fact]
    public async Task Many_ask_at_once_while_facts_change_and_each_answer_is_its_states()
    {
        var shared = _client.GetRequiredService<SharedSession>();
        var answers = Enumerable.Range(0, 12).Select(_ => Task.Run(() => _client.GetResponseAsync(Question, Options(5), Stop), Stop)).ToList();
        await Task.WhenAny(answers);
        await shared.UseAsync(session => session.Edit(new EditOrder(new RomeEditor(), [Fact])), Stop);
        answers.AddRange(Enumerable.Range(0, 12).Select(_ => Task.Run(() => _client.GetResponseAsync(Question, Options(5), Stop), Stop)));

        var told = await Task.WhenAll(answers);

        Assert.All(told.GroupBy(State), state => Assert.Single(state.Select(answer => answer.Text).Distinct()));
        Assert.Equal(2, told.Select(State).Distinct().Count());
    }

    [Fact]
    public async Task Sampling_follows_its_seed_and_a_text_ends_before_its_stop()
    {
        var options = Options(12);
        (options.Temperature, options.TopP, options.Seed) = (1.5f, 0.95f, 11);
        var first = await AnswerAsync(options);
        Assert.Equal(first, await AnswerAsync(options));
        options.Seed = 12;
        Assert.NotEqual(first, await AnswerAsync(options));
        var whole = await AnswerAsync(Options(12));
        Assert.Equal(whole, await AnswerAsync(new ChatOptions { MaxOutputTokens = 12, Temperature = 0, TopP = 0.5f }));
        var stopped = Options(12);
        stopped.StopSequences = [whole[4..7]];

        var answer = await _client.GetResponseAsync(Question, stopped, Stop);

        Assert.Equal(whole[..whole.IndexOf(whole[4..7], StringComparison.Ordinal)], answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task Instructions_are_read_first_and_a_text_without_a_length_fills_the_context()
    {
        var asked = new ChatOptions { Instructions = "In Paris,", MaxOutputTokens = 4 };
        var plain = await _client.GetResponseAsync(Question, Options(4), Stop);
        var instructed = await _client.GetResponseAsync(Question, asked, Stop);
        Assert.True(instructed.Usage!.InputTokenCount > plain.Usage!.InputTokenCount);

        var filled = await _client.GetResponseAsync(Question, cancellationToken: Stop);

        var context = _client.GetRequiredService<LanguageModel>().Shape.ContextLength;
        Assert.True(filled.FinishReason == ChatFinishReason.Stop || filled.Usage!.TotalTokenCount == context + 1, $"{filled.Usage!.TotalTokenCount}");
    }

    public static TheoryData<string, ChatOptions> Unsupported => new()
    {
        { "Tools", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] } },
        { "ResponseFormat", new ChatOptions { ResponseFormat = ChatResponseFormat.Json } },
        { "FrequencyPenalty", new ChatOptions { FrequencyPenalty = 1 } },
        { "ConversationId", new ChatOptions { ConversationId = "a" } },
        { "stop sequences", new ChatOptions { StopSequences = [""] } },
        { "'other'", new ChatOptions { ModelId = "other" } },
        { "0 new tokens", new ChatOptions { MaxOutputTokens = 0 } },
        { "top-p 7", new ChatOptions { TopP = 7 } },
        { "continued up to", new ChatOptions { MaxOutputTokens = 100_000 } },
    };

    [Theory]
    [MemberData(nameof(Unsupported), DisableDiscoveryEnumeration = true)]
    public async Task What_the_model_does_not_do_is_refused_in_a_sentence(string part, ChatOptions options)
    {
        var whole = await Assert.ThrowsAnyAsync<AmendException>(() => _client.GetResponseAsync(Question, options, Stop));
        var streamed = await Assert.ThrowsAnyAsync<AmendException>(async () => await _client.GetStreamingResponseAsync(Question, options, Stop).ToChatResponseAsync(Stop));

        Assert.Contains(part, whole.Message, StringComparison.Ordinal);
        Assert.Equal(whole.Message, streamed.Message);
        Assert.NotEmpty((await _client.GetResponseAsync(Question, Options(1), Stop)).Text);
    }

    [Fact]
    public async Task Messages_that_are_no_texts_are_refused()
    {
        AskedMessage[] picture = [new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])];
        AskedMessage[] tool = [new(ChatRole.Tool, "a")];

        Assert.Contains("DataContent", (await Assert.ThrowsAnyAsync<AmendException>(() => _client.GetResponseAsync(picture, Options(1), Stop))).Message, StringComparison.Ordinal);
        Assert.Contains("'tool'", (await Assert.ThrowsAnyAsync<AmendException>(() => _client.GetResponseAsync(tool, Options(1), Stop))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<AmendException>(() => _client.GetResponseAsync(Array.Empty<AskedMessage>(), Options(1), Stop));
    }

    [Fact]
    public async Task Who_stops_reading_frees_the_model()
    {
        await foreach (var _ in _client.GetStreamingResponseAsync(Question, cancellationToken: Stop))
            break;
        using var given = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _client.GetStreamingResponseAsync(Question, cancellationToken: given.Token))
                await given.CancelAsync();
        });

        Assert.NotEmpty((await _client.GetResponseAsync(Question, Options(1), Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop)).Text);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.GetResponseAsync(Question, Options(1), given.Token));
    }

    [Fact]
    public async Task Services_are_the_metadata_and_the_session_and_a_closed_client_says_so()
    {
        var metadata = _client.GetRequiredService<ChatClientMetadata>();
        Assert.Equal("amend", metadata.ProviderName);
        Assert.Equal(_client.GetRequiredService<LanguageModel>().Name, metadata.DefaultModelId);
        Assert.Same(_client.GetRequiredService<SharedSession>().Session, _client.GetService<EditSession>());
        Assert.Same(_client, _client.GetService<IChatClient>());
        Assert.Null(_client.GetService(typeof(string)));
        Assert.Null(_client.GetService(typeof(EditSession), "key"));

        _client.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _client.GetResponseAsync(Question, Options(1), Stop));
    }

    private static ChatOptions Options(int tokens) => new() { MaxOutputTokens = tokens };

    private static string State(ChatResponse response) => Assert.IsType<string>(response.AdditionalProperties![AmendChatClient.StateProperty]);

    private async Task<string> AnswerAsync(ChatOptions options) => (await _client.GetResponseAsync(Question, options, Stop)).Text;
}
