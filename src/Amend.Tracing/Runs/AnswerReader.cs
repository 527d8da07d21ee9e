using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Tracing.Runs;

/// <summary>Reads the probability of a fact's answer from final hidden states.</summary>
internal sealed class AnswerReader
{
    private readonly LanguageModel _model;
    private readonly FactTokens _fact;
    private readonly int _rowsAtOnce;

    /// <summary>Creates a reader.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="batchTokens">The most tokens of a block at once; logits take no more memory than the MLP's keys of as many.</param>
    public AnswerReader(LanguageModel model, FactTokens fact, int batchTokens)
    {
        (_model, _fact) = (model, fact);
        var logitsOfRow = (long)model.Shape.Vocabulary * fact.AnswerIds.Count;
        _rowsAtOnce = (int)Math.Max(1, (long)batchTokens * model.Shape.MlpWidth / logitsOfRow);
    }

    /// <summary>The answer's probability in each row.</summary>
    /// <param name="hidden">The last block's output of all tokens from <paramref name="start"/> on, <c>[R,N-start,D]</c>.</param>
    /// <param name="start">The first token that it has.</param>
    /// <returns>exp of the answer tokens' summed log-probabilities, R.</returns>
    /// <exception cref="Tensors.AmendException">The model gives NaN.</exception>
    public double[] Probabilities(Tensor hidden, int start)
    {
        using var scope = NewDisposeScope();
        var read = hidden.narrow(1, _fact.ReadFrom - start, _fact.AnswerIds.Count);
        var answer = tensor(_fact.AnswerIds.Select(id => (long)id).ToArray(), 1, _fact.AnswerIds.Count, 1, device: _model.Device);
        var probabilities = new List<double>();
        for (long row = 0; row < read.shape[0]; row += _rowsAtOnce)
        {
            using var inner = NewDisposeScope();
            var part = read.narrow(0, row, Math.Min(_rowsAtOnce, read.shape[0] - row));
            var logProbabilities = nn.functional.log_softmax(_model.RequireDecoder("Tracing").Unembed(part).to(float32), -1);
            var ofAnswer = logProbabilities.gather(2, answer.expand(part.shape[0], -1, -1)).to(float64).sum([1, 2]);
            _model.RequireNumbers(ofAnswer);
            probabilities.AddRange(ofAnswer.exp().cpu().data<double>().ToArray());
        }

        return [.. probabilities];
    }

    /// <summary>The likeliest token at each place of the answer.</summary>
    /// <param name="hidden">The last block's output of one row, <c>[1,N,D]</c>.</param>
    public int[] Likeliest(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var logits = _model.RequireDecoder("Tracing").Unembed(hidden[0].narrow(0, _fact.ReadFrom, _fact.AnswerIds.Count));
        return [.. logits.argmax(-1).cpu().data<long>().ToArray().Select(id => (int)id)];
    }
}
