using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Weights;

namespace Amend.Editing.Workbench;

/// <summary>What an edit holds in memory at once beside the model, told before it begins.</summary>
/// <param name="Weights">The weights that get a change; their values without edits are saved.</param>
/// <param name="CopiesOfWeights">float32 numbers that are held for each of their elements: masters, gradients, moments, changes.</param>
/// <param name="Squares">
/// Matrices <c>[F,F]</c> float64 that are held at once: second moments, systems and their factors; of a mixture the blocks of its experts.
/// </param>
/// <param name="Sequences">Sequences of the largest pass whose activations are kept for gradients.</param>
/// <param name="FirstLayer">The first layer whose activations are kept.</param>
/// <param name="ContextTokens">Tokens that context templates put before a prompt, at most.</param>
internal sealed record EditLoad(
    IReadOnlyList<ModelWeight> Weights, int CopiesOfWeights, int Squares, int Sequences, int FirstLayer, int ContextTokens = 0)
{
    /// <summary>
    /// Whether gradients are kept from the subject on only, and of the tokens before it the keys and values; else of all tokens.
    /// </summary>
    public bool FromSubject { get; init; }

    /// <summary>Whether the squares are the second moment's alone, so that there are none where the identity stands for it.</summary>
    public bool SquaresOfStatistics { get; init; }

    /// <summary>The map whose keys the squares are of; null, the default, for a dense MLP's.</summary>
    public DownMap? Map { get; init; }

    /// <summary>Whether the squares of a mixture are whole, not the blocks of its experts alone.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Matrices that a Cholesky solve with a second moment holds: the moment, the system, and its factor.</summary>
    public const int SquaresOfASolve = 3;

    /// <summary>The load where second moments come from a source.</summary>
    public EditLoad With(ISecondMomentSource statistics) => SquaresOfStatistics && statistics.IsIdentity ? this with { Squares = 0 } : this;

    /// <summary>The bytes, from shapes and the longest request: an estimate from above that leaves out what the allocator keeps.</summary>
    public long Bytes(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        var shape = model.Shape;
        var changed = Weights.Sum(weight => weight.Value.numel());
        var size = model.Weights.All[0].Value.element_size();
        long Longest(Func<EditRequest, string> text) => requests.Max(request => model.Tokenize(text(request)).Ids.Count);
        var target = model.Transformer is EncoderClassifier ? 1 : Longest(request => request.TargetNew);
        var length = Math.Min(Longest(request => request.FilledPrompt) + target + ContextTokens, shape.ContextLength);
        var followed = FromSubject ? Math.Min(Longest(FromItsSubject) + target, length) : length;
        // What a block keeps a token: norms, queries, keys, values, attention's and residual sums (10 D), the MLP (3 F), attention (2 H T).
        var kept = (10L * shape.Width) + (3L * shape.MlpWidth) + (2L * shape.Heads * length);
        var sequenceBytes = ((followed * kept) + ((length - followed) * 2 * shape.Width)) * size;
        var activations = Sequences * Math.Max(1, shape.Layers - FirstLayer) * sequenceBytes;
        var logits = Sequences * target * shape.Vocabulary * sizeof(float) * 3;
        var width = Map?.Inputs ?? shape.MlpWidth;
        var squares = Squares * (width * width / (IsWhole ? 1 : Map?.Parts.Count ?? 1)) * sizeof(double);
        return (changed * (size + (CopiesOfWeights * sizeof(float)))) + activations + logits + squares;
    }

    private static string FromItsSubject(EditRequest request) => request.FilledPrompt[request.ToSubjectPrompt().Start..];
}
