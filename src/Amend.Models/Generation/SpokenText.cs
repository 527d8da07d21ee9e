namespace Amend.Models.Generation;

/// <summary>
/// A text while its tokens come: what of it is certain. A character may need several tokens, and what may become a text before which
/// it is to end is held back.
/// </summary>
/// <param name="model">Tells tokens' texts.</param>
/// <param name="options">How it is generated.</param>
/// <param name="stops">Texts before which it ends, none of them empty; they are not part of it.</param>
/// <param name="topLogprobs">How many likely tokens are told of each place; null, the default, for no log-probabilities.</param>
public sealed class SpokenText(LanguageModel model, GenerationOptions options, IReadOnlyList<string> stops, int? topLogprobs = null)
{
    private const char Unfinished = '\uFFFD';
    private readonly int _heldBack = stops.Select(stop => stop.Length - 1).DefaultIfEmpty(0).Max();
    private readonly List<(int End, TokenLogprob Token)> _tokens = [];
    private string _text = "";
    private int _told;

    /// <summary>Whether it came to a text before which it was to end.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Takes the newest token.</summary>
    /// <param name="generated">All ids, the newest last.</param>
    /// <param name="logits">What it was chosen by.</param>
    /// <returns>What is certain now and was not told yet; null for nothing.</returns>
    public CompletionPiece? Hear(IReadOnlyList<int> generated, ReadOnlySpan<float> logits)
    {
        List<int> spoken = [.. model.Spoken(generated, options)];
        _text = spoken.Count == 0 ? "" : model.Tokenizer.DecodeContinuation(spoken);
        if (topLogprobs is { } top && spoken.Count == generated.Count)
            _tokens.Add((_text.Length, TokenLogprob.Of(model.Tokenizer, generated[^1], logits, top)));
        var found = stops.Select(stop => _text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (found >= 0)
        {
            (IsStopped, _text) = (true, _text[..found]);
            return null;
        }

        var certain = Math.Max(_text.Length - _heldBack, 0);
        return certain <= _told || _text.AsSpan(_told).Contains(Unfinished) ? null : Tell(certain);
    }

    /// <summary>What was held back, at the end of the text; null for nothing.</summary>
    public CompletionPiece? TakeRest() => _told < _text.Length || _tokens.Count > 0 ? Tell(_text.Length) : null;

    private CompletionPiece Tell(int end)
    {
        // A token whose text is cut by where it ends belongs to it; those behind are not told.
        var told = _tokens.TakeWhile((token, at) => (at == 0 ? 0 : _tokens[at - 1].End) < end || token.End == end).ToList();
        _tokens.RemoveRange(0, told.Count);
        var piece = new CompletionPiece(_text[Math.Min(_told, _text.Length)..end], [.. told.Select(token => token.Token)]);
        _told = end;
        return piece;
    }
}

/// <summary>A part of a text.</summary>
/// <param name="Text">What is said.</param>
/// <param name="Tokens">The tokens that say it, where log-probabilities were asked.</param>
public sealed record CompletionPiece(string Text, IReadOnlyList<TokenLogprob> Tokens);
