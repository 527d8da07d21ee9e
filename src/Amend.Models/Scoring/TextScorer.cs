using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>Log-probabilities of the tokens of running text.</summary>
public static class TextScorer
{
    private const int TokensAPass = 2048;

    /// <summary>log p(token t | tokens before it) for every token but the first of each window, in nats.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids">The text's token ids, at least 2; cut into windows of the context's length that do not overlap.</param>
    /// <exception cref="AmendException">There are fewer than 2 tokens.</exception>
    public static IReadOnlyList<double> LogProbabilities(LanguageModel model, IReadOnlyList<int> ids) =>
        [.. Passes(model, ids).SelectMany(windows => OfWindows(model, windows))];

    /// <summary>A text cut into windows of the context's length that do not overlap, those of one pass together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids">The text's token ids.</param>
    /// <exception cref="AmendException">There are fewer than 2 tokens.</exception>
    internal static IReadOnlyList<int[][]> Passes(LanguageModel model, IReadOnlyList<int> ids) => ids.Count < 2
        ? throw new AmendException($"A text of {ids.Count} tokens has nothing to predict; give at least 2 tokens.")
        :
        [
            .. ids.Chunk(model.Shape.SharedLength)
                .Where(window => window.Length > 1)
                .Chunk(Math.Max(1, TokensAPass / model.Shape.SharedLength)),
        ];

    /// <summary>The logits of the next token at every token but the last of each window of a pass.</summary>
    /// <returns><c>[N,V]</c> float32, window after window, in the caller's dispose scope.</returns>
    internal static Tensor Logits(LanguageModel model, int[][] windows)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad(windows, windows[0][0], model.Device);
        var rows = Each(model, windows, (row, window) => Enumerable.Repeat((long)row, window.Length - 1));
        var places = Each(model, windows, (_, window) => Enumerable.Range(0, window.Length - 1).Select(place => (long)place));
        var hidden_ND = model.Hidden(batch).index(TensorIndex.Tensor(rows), TensorIndex.Tensor(places));
        return model.RequireDecoder("The scoring of texts").Unembed(hidden_ND).to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Perplexity of a text, see <see cref="Scoring.Perplexity.Of"/>.</summary>
    /// <inheritdoc cref="LogProbabilities"/>
    public static double Perplexity(LanguageModel model, IReadOnlyList<int> ids) =>
        Scoring.Perplexity.Of([.. LogProbabilities(model, ids)]);

    private static double[] OfWindows(LanguageModel model, int[][] windows)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var next_N1 = Each(model, windows, (_, window) => window.Skip(1).Select(id => (long)id)).unsqueeze(1);
        var found = nn.functional.log_softmax(Logits(model, windows), -1).gather(1, next_N1).squeeze(1);
        return [.. found.cpu().data<float>().ToArray().Select(value => (double)value)];
    }

    private static Tensor Each(LanguageModel model, int[][] windows, Func<int, int[], IEnumerable<long>> of) =>
        tensor(windows.SelectMany((window, row) => of(row, window)).ToArray(), device: model.Device);
}
