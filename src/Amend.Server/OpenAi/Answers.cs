using System.Text;
using Amend.Models.Generation;
using Amend.Server.Serving;

namespace Amend.Server.OpenAi;

/// <summary>The answers of OpenAI's API, made from completions.</summary>
internal static class Answers
{
    /// <summary>How many tokens were read and said.</summary>
    public static Usage UsageOf(Completion completion) =>
        new(completion.PromptTokens, completion.NewTokens, completion.PromptTokens + completion.NewTokens);

    /// <summary>Why it ended, in the API's words; null where it has not.</summary>
    public static string? ReasonOf(Completion completion) => completion.Finished switch
    {
        FinishReason.Stop => "stop",
        FinishReason.Length => "length",
        _ => null,
    };

    /// <summary>Log-probabilities as chats have them; null where none were asked.</summary>
    public static ChatLogprobs? ChatLogprobsOf(CompletionOrder order, IReadOnlyList<TokenLogprob> tokens) =>
        order.TopLogprobs is null ? null : new ChatLogprobs([.. tokens.Select(ToChat)]);

    /// <summary>Log-probabilities as completions have them; null where none were asked.</summary>
    /// <param name="order">What was asked.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="before">How many characters of the text come before them.</param>
    public static TextLogprobs? TextLogprobsOf(CompletionOrder order, IReadOnlyList<TokenLogprob> tokens, int before)
    {
        if (order.TopLogprobs is null)
            return null;
        var offsets = new List<int>();
        foreach (var token in tokens)
        {
            offsets.Add(before);
            before += token.Token.Length;
        }

        return new TextLogprobs(
            [.. tokens.Select(token => token.Token)],
            [.. tokens.Select(token => token.Logprob)],
            [.. tokens.Select(token => token.Top.DistinctBy(top => top.Token).ToDictionary(top => top.Token, top => top.Logprob))],
            offsets);
    }

    private static ChatLogprob ToChat(TokenLogprob token) =>
        new(
            token.Token,
            token.Logprob,
            BytesOf(token),
            [.. token.Top.Select(top => new ChatTopLogprob(top.Token, top.Logprob, BytesOf(top)))]);

    private static int[] BytesOf(TokenLogprob token) => [.. Encoding.UTF8.GetBytes(token.Token).Select(one => (int)one)];
}

/// <summary>How many tokens were read and said.</summary>
/// <param name="PromptTokens">The prompt's.</param>
/// <param name="CompletionTokens">The text's.</param>
/// <param name="TotalTokens">Both.</param>
public sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens);

/// <summary>A text, or a part of it in a stream.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Object"><c>text_completion</c>.</param>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="Model">The model as it was asked.</param>
/// <param name="SystemFingerprint">The state that answered.</param>
/// <param name="Choices">The text; none in the last part of a stream.</param>
/// <param name="Usage">The tokens; null but in the last part of a stream.</param>
public sealed record TextAnswer(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<TextChoice> Choices, Usage? Usage);

/// <summary>The text of an answer.</summary>
/// <param name="Index">0.</param>
/// <param name="Text">The text.</param>
/// <param name="Logprobs">Log-probabilities, where asked.</param>
/// <param name="FinishReason">Why it ended; null before.</param>
public sealed record TextChoice(int Index, string Text, TextLogprobs? Logprobs, string? FinishReason);

/// <summary>Log-probabilities of a text.</summary>
/// <param name="Tokens">The tokens' texts.</param>
/// <param name="TokenLogprobs">Their log-probabilities.</param>
/// <param name="TopLogprobs">The likeliest tokens of each place.</param>
/// <param name="TextOffset">Where each token begins in the text.</param>
public sealed record TextLogprobs(
    IReadOnlyList<string> Tokens,
    IReadOnlyList<double> TokenLogprobs,
    IReadOnlyList<IReadOnlyDictionary<string, double>> TopLogprobs,
    IReadOnlyList<int> TextOffset);

/// <summary>An answer of a conversation, or a part of it in a stream.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Object"><c>chat.completion</c> or <c>chat.completion.chunk</c>.</param>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="Model">The model as it was asked.</param>
/// <param name="SystemFingerprint">The state that answered.</param>
/// <param name="Choices">The answer; none in the last part of a stream.</param>
/// <param name="Usage">The tokens; null but in the last part of a stream.</param>
public sealed record ChatAnswer(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChoice> Choices, Usage? Usage);

/// <summary>The message of an answer.</summary>
/// <param name="Index">0.</param>
/// <param name="Logprobs">Log-probabilities, where asked.</param>
/// <param name="FinishReason">Why it ended; null before.</param>
public sealed record ChatChoice(int Index, ChatLogprobs? Logprobs, string? FinishReason)
{
    /// <summary>The message; null in a stream.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public AnswerMessage? Message { get; init; }

    /// <summary>The part of the message, in a stream.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public AnswerMessage? Delta { get; init; }
}

/// <summary>What the model says.</summary>
/// <param name="Role"><c>assistant</c>.</param>
/// <param name="Content">The text.</param>
public sealed record AnswerMessage(string Role, string Content);

/// <summary>Log-probabilities of a message.</summary>
/// <param name="Content">A token each.</param>
public sealed record ChatLogprobs(IReadOnlyList<ChatLogprob> Content)
{
    /// <summary>There are no refusals.</summary>
    public IReadOnlyList<ChatLogprob>? Refusal { get; }
}

/// <summary>A token of a message.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Logprob">The logarithm of its probability.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="TopLogprobs">The likeliest tokens at its place.</param>
public sealed record ChatLogprob(string Token, double Logprob, IReadOnlyList<int> Bytes, IReadOnlyList<ChatTopLogprob> TopLogprobs);

/// <summary>A likely token at a place.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Logprob">The logarithm of its probability.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record ChatTopLogprob(string Token, double Logprob, IReadOnlyList<int> Bytes);

/// <summary>The models of a server.</summary>
/// <param name="Object"><c>list</c>.</param>
/// <param name="Data">The models.</param>
public sealed record ModelList(string Object, IReadOnlyList<ModelEntry> Data);

/// <summary>A model, or a state of one.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Object"><c>model</c>.</param>
/// <param name="Created">Since when it is served, in seconds since 1970.</param>
/// <param name="OwnedBy"><c>amend</c>.</param>
public sealed record ModelEntry(string Id, string Object, long Created, string OwnedBy);
