using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amend.Models.Generation;

/// <summary>A text that a <see cref="RollingBatch"/> continues, from its prompt to its end.</summary>
/// <param name="prompt">The prompt's token ids, at least one.</param>
/// <param name="options">Length and sampling; the text has a random stream of its own, whatever is continued beside it.</param>
/// <param name="stream">Which of the seed's independent streams, from 0.</param>
public sealed class RollingText(IReadOnlyList<int> prompt, GenerationOptions options, int stream = 0)
{
    private readonly Sampler _sampler = new(options.Validated(), stream);
    private readonly List<int> _generated = [];

    /// <summary>The prompt's token ids.</summary>
    public IReadOnlyList<int> Prompt { get; } = prompt.Count > 0
        ? prompt
        : throw new ArgumentException("A text without a prompt was given; give at least one token.", nameof(prompt));

    /// <summary>Length and sampling.</summary>
    public GenerationOptions Options { get; } = options;

    /// <summary>The new ids so far, the one that ended the text included.</summary>
    public IReadOnlyList<int> Generated => _generated;

    /// <summary>Told of each new token on the thread that steps; nobody by default.</summary>
    public TokenChosen? Chosen { get; init; }

    /// <summary>Whether nothing follows: the text is at its end or its length, or was stopped.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether an id ended it, and not its length or its owner.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The number of tokens before the next one.</summary>
    internal int Length => Prompt.Count + _generated.Count;

    /// <summary>Ends the text here; it leaves the batch with the next step.</summary>
    public void Stop() => IsDone = true;

    /// <summary>The token that was taken last; 0 where there is none.</summary>
    internal int Last => _generated.Count > 0 ? _generated[^1] : 0;

    /// <summary>Takes the next token of each text that is not done.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="logits_BV">Their logits, read where they lie: a vocabulary is not copied for one token of it.</param>
    /// <param name="ends">The ids that end texts of the model.</param>
    internal static void TakeAll(IReadOnlyList<RollingText> texts, Tensor logits_BV, IReadOnlyCollection<int> ends)
    {
        using var scope = NewDisposeScope();
        var here_BV = logits_BV.to(float32).cpu().contiguous();
        var logits = MemoryMarshal.Cast<byte, float>(here_BV.bytes);
        var vocabulary = (int)here_BV.shape[1];
        for (var row = 0; row < texts.Count; row++)
        {
            if (!texts[row].IsDone)
                texts[row].Take(logits.Slice(row * vocabulary, vocabulary), ends);
        }
    }

    private void Take(ReadOnlySpan<float> logits, IReadOnlyCollection<int> ends)
    {
        var next = _sampler.Next(logits);
        _generated.Add(next);
        HasEnded = Options.StopAtEndOfText && (ends.Contains(next) || Options.Ends.Contains(next));
        IsDone = HasEnded || _generated.Count >= Options.MaxNewTokens;
        Chosen?.Invoke(next, logits);
    }
}

/// <summary>Hears of a token that was chosen.</summary>
/// <param name="id">Its id.</param>
/// <param name="logits">What it was chosen by, one logit a token of the vocabulary; gone after the call.</param>
public delegate void TokenChosen(int id, ReadOnlySpan<float> logits);
