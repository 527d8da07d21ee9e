using Amend.Editing.Sessions;
using Amend.Server.Api;
using Amend.Server.Serving;

namespace Amend.Studio.Asking;

/// <summary>What a model answers in a state.</summary>
/// <param name="Title">What the state is called.</param>
/// <param name="State">The state.</param>
/// <param name="Outcome">The answer.</param>
/// <param name="Tokens">Its text by tokens.</param>
public sealed record Answer(string Title, ModelState State, AskOutcome Outcome, IReadOnlyList<string> Tokens)
{
    /// <summary>Asks a model.</summary>
    internal static Task<Answer> AskAsync(ServedModel model, string title, AskBody body, CancellationToken stop) => model.LookAsync(
        body.At,
        (session, state) =>
        {
            var outcome = session.Ask(body.Prompt, body.ToOptions(session.Model)) with { Edits = state.Edits };
            var text = outcome.Completion ?? "";
            var spans = text.Length == 0 ? [] : session.Model.Tokenizer.EncodeContinuation(text).Spans;
            return new Answer(title, state, outcome, [.. spans.Select(span => text[span.Start..span.End])]);
        },
        stop);
}
