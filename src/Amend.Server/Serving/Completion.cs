using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Tensors;

namespace Amend.Server.Serving;

/// <summary>A text that is being generated: its state is known, its pieces come as they are certain.</summary>
public sealed class Completion
{
    private readonly Channel<CompletionPiece> _pieces = Channel.CreateUnbounded<CompletionPiece>(new() { SingleReader = true });
    private readonly SpokenText _spoken;
    private readonly CancellationToken _left;
    private readonly CancellationToken _stopping;
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>Begins a text; for the model's thread.</summary>
    /// <param name="model">The model, in the text's state.</param>
    /// <param name="state">The state.</param>
    /// <param name="prompt">The prompt's tokens.</param>
    /// <param name="order">What was asked.</param>
    /// <param name="left">Whether nobody waits any longer.</param>
    /// <param name="stopping">Whether the server stops.</param>
    internal Completion(
        LanguageModel model,
        ModelState state,
        IReadOnlyList<int> prompt,
        CompletionOrder order,
        CancellationToken left,
        CancellationToken stopping)
    {
        (State, PromptTokens, _left, _stopping) = (state, prompt.Count, left, stopping);
        _spoken = new SpokenText(model, order.Generation, order.Stop, order.TopLogprobs);
        Text = new RollingText(prompt, order.Generation) { Chosen = Hear };
    }

    /// <summary>The state that answers.</summary>
    public ModelState State { get; }

    /// <summary>How many tokens the prompt has.</summary>
    public int PromptTokens { get; }

    /// <summary>How many tokens were generated.</summary>
    public int NewTokens => Text.Generated.Count;

    /// <summary>Why it ended; null before.</summary>
    public FinishReason? Finished { get; private set; }

    /// <summary>How long the first token took; null before.</summary>
    public TimeSpan? UntilFirstToken { get; private set; }

    private bool IsLeft => _left.IsCancellationRequested || _stopping.IsCancellationRequested;

    /// <summary>The text for the batch.</summary>
    internal RollingText Text { get; }

    /// <summary>The pieces of the text in order, to be read once.</summary>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="AmendException">The model gave no numbers, or the server stopped before the end.</exception>
    public async IAsyncEnumerable<CompletionPiece> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var piece in _pieces.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            yield return piece;
    }

    /// <summary>The whole text.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<CompletionPiece> ReadToEndAsync(CancellationToken stop = default)
    {
        var (text, tokens) = (new System.Text.StringBuilder(), new List<TokenLogprob>());
        await foreach (var piece in ReadAsync(stop).ConfigureAwait(false))
        {
            text.Append(piece.Text);
            tokens.AddRange(piece.Tokens);
        }

        return new CompletionPiece(text.ToString(), tokens);
    }

    /// <summary>Ends the text where nobody waits for it; between two steps.</summary>
    internal void StopWhereLeft()
    {
        if (IsLeft)
            Text.Stop();
    }

    /// <summary>Says that the text is at its end.</summary>
    internal void Finish()
    {
        if (IsLeft && !Text.HasEnded && !_spoken.IsStopped && NewTokens < Text.Options.MaxNewTokens)
        {
            _pieces.Writer.TryComplete(new ModelBusyException("The text was ended before it was whole; ask again.", isStopping: true));
            return;
        }

        Finished = Text.HasEnded || _spoken.IsStopped ? FinishReason.Stop : FinishReason.Length;
        if (_spoken.TakeRest() is { } rest)
            _pieces.Writer.TryWrite(rest);
        _pieces.Writer.TryComplete();
    }

    /// <summary>Says that the text cannot go on.</summary>
    internal void Fail(Exception cause) => _pieces.Writer.TryComplete(cause);

    private void Hear(int id, ReadOnlySpan<float> logits)
    {
        UntilFirstToken ??= Stopwatch.GetElapsedTime(_began);
        if (_spoken.Hear(Text.Generated, logits) is { } piece)
            _pieces.Writer.TryWrite(piece);
        if (_spoken.IsStopped)
            Text.Stop();
    }
}

/// <summary>Why a text ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it, or it came to a text before which it was to end.</summary>
    Stop,

    /// <summary>It is as long as was asked.</summary>
    Length,
}
