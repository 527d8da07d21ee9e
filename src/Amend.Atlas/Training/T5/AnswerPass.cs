using Amend.Models.Families;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Atlas.Training.T5;

/// <summary>A batch of questions with their answers in one pass: what the model would write at each place of the answers.</summary>
/// <param name="model">The model.</param>
internal sealed class AnswerPass(EncoderDecoder model)
{
    /// <summary>Logits of each token of the answers, row by row.</summary>
    /// <param name="rows">The questions.</param>
    /// <returns>
    /// Logits <c>[N,V]</c> and ids <c>[N]</c> of the answers' N tokens, ends included, in the caller's dispose scope.
    /// </returns>
    public (Tensor Logits, Tensor Ids) Run(IReadOnlyList<QuestionRow> rows)
    {
        using var scope = NewDisposeScope();
        var padding = model.Marks.Start;
        var input = TokenBatch.Pad([.. rows.Select(row => row.Question)], padding);
        var output = TokenBatch.Pad(
            [.. rows.Select(row => (IReadOnlyList<int>)[.. model.Marks.Beginning, .. row.Answer.SkipLast(1)])], padding);
        var width = output.Ids.shape[1];
        var places = rows.Index().SelectMany(row => Enumerable.Range(0, row.Item.Answer.Count).Select(at => (row.Index * width) + at));
        var states_ND = model.Hidden(input, output).flatten(0, 1).index_select(0, tensor(places.ToArray()));
        var ids = tensor(rows.SelectMany(row => row.Answer).Select(id => (long)id).ToArray());
        return (model.Unembed(states_ND).MoveToOuterDisposeScope(), ids.MoveToOuterDisposeScope());
    }
}
