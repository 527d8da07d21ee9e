using Amend.Editing.Sessions;
using Amend.Models.Generation;
using Microsoft.Extensions.AI;

namespace Amend.Extensions.AI;

/// <summary>Writes answers with a session, on the thread that calls it.</summary>
internal static class ChatWriter
{
    /// <summary>Writes an answer to its end.</summary>
    /// <param name="session">The session.</param>
    /// <param name="order">What is asked.</param>
    /// <param name="tell">Told each part as soon as it is certain.</param>
    /// <param name="stop">Ends the text.</param>
    /// <returns>What is known of the answer at its end.</returns>
    /// <exception cref="Tensors.AmendException">The order cannot be fulfilled, or the model gave no numbers.</exception>
    /// <exception cref="OperationCanceledException">It was asked to end.</exception>
    public static WrittenAnswer Write(EditSession session, ChatOrder order, Action<string> tell, CancellationToken stop)
    {
        var model = session.Model;
        model.RequireDecoder("A chat");
        var edits = order.StateOf(session);
        using var view = edits.SequenceEqual(session.Edits) ? null : session.View(edits);
        var prompt = order.Read(model);
        var options = order.FillsContext
            ? order.Generation with { MaxNewTokens = Math.Max(RollingBatch.MostTokens(model) - prompt.Count + 1, 1) }
            : order.Generation;
        var spoken = new SpokenText(model, options, order.Stops);
        RollingText text = null!;
        text = new RollingText(prompt, options)
        {
            Chosen = (_, logits) =>
            {
                if (spoken.Hear(text.Generated, logits) is { } piece)
                    tell(piece.Text);
                if (spoken.IsStopped)
                    text.Stop();
            },
        };
        using var batch = new RollingBatch(model);
        for (batch.Join(text); !text.IsDone; batch.Step())
            stop.ThrowIfCancellationRequested();
        if (spoken.TakeRest() is { } rest)
            tell(rest.Text);
        var reason = text.HasEnded || spoken.IsStopped ? ChatFinishReason.Stop : ChatFinishReason.Length;
        return new WrittenAnswer(edits, StateFingerprint.Of(session.Store.BaseHash, edits), reason, prompt.Count, text.Generated.Count);
    }
}

/// <summary>What is known of an answer at its end.</summary>
/// <param name="Edits">The ids of the edits of the state that answered.</param>
/// <param name="State">The state's fingerprint.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="PromptTokens">The conversation's tokens.</param>
/// <param name="NewTokens">The answer's tokens.</param>
internal sealed record WrittenAnswer(
    IReadOnlyList<string> Edits, string State, ChatFinishReason Reason, int PromptTokens, int NewTokens)
{
    /// <summary>How many tokens were read and said.</summary>
    public UsageDetails Usage => new()
    {
        InputTokenCount = PromptTokens,
        OutputTokenCount = NewTokens,
        TotalTokenCount = PromptTokens + NewTokens,
    };

    /// <summary>The state, as a response's properties tell it.</summary>
    public AdditionalPropertiesDictionary Properties => new()
    {
        [AmendChatClient.StateProperty] = State,
        [AmendChatClient.EditsProperty] = Edits,
    };
}
