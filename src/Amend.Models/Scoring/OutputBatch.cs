using Amend.Models.Families;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// Rows of one pass of a model of any kind, and what the model gives out at their places, with gradients: targets and whole texts
/// together. A batch owns its tensors and holds for the model as it is at each call.
/// </summary>
public sealed class OutputBatch : IDisposable
{
    private readonly LanguageModel _model;
    private readonly TokenBatch _input;
    private readonly TokenBatch? _written;
    private readonly Tensor _rows_N;
    private readonly Tensor _places_N;

    /// <summary>Pads the rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">At least one; their places follow each other in the outputs.</param>
    public OutputBatch(LanguageModel model, IReadOnlyList<OutputRow> rows)
    {
        using var scope = NewDisposeScope();
        (_model, Rows) = (model, rows);
        _input = Pad(row => row.Input);
        _written = model.Transformer is EncoderDecoder ? Pad(row => row.Written) : null;
        _rows_N = Each((row, i) => row.Places.Select(_ => (long)i));
        _places_N = Each((row, _) => row.Places.Select(place => (long)place));

        TokenBatch Pad(Func<OutputRow, IReadOnlyList<int>> of)
        {
            var batch = TokenBatch.Pad([.. rows.Select(of)], padding: 0, model.Device);
            return batch with { Ids = batch.Ids.DetachFromDisposeScope(), Mask = batch.Mask.DetachFromDisposeScope() };
        }

        Tensor Each(Func<OutputRow, int, IEnumerable<long>> of) =>
            tensor(rows.SelectMany(of).ToArray(), device: model.Device).DetachFromDisposeScope();
    }

    /// <summary>The rows.</summary>
    public IReadOnlyList<OutputRow> Rows { get; }

    /// <summary>
    /// What the model's head is given at the N places of all rows, or a classifier's logits: little to keep, and
    /// <see cref="LogProbabilities"/> makes the distributions of it.
    /// </summary>
    /// <returns><c>[N,D]</c>, or <c>[N,C]</c> for a classifier, in the model's type and the caller's dispose scope.</returns>
    public Tensor States()
    {
        using var scope = NewDisposeScope();
        var states = _model.Transformer switch
        {
            EncoderDecoder model => At(model.Hidden(_input, _written!)),
            EncoderClassifier model => model.Logits(_input),
            _ => At(_model.Hidden(_input, PromptEnds())),
        };
        return states.MoveToOuterDisposeScope();
    }

    /// <summary>The logarithm of each id's probability.</summary>
    /// <param name="model">The model.</param>
    /// <param name="states">What <see cref="States"/> gives, <c>[N,..]</c>.</param>
    /// <returns>
    /// <c>[N,V]</c> float32, of a classifier by <see cref="LabelSet.Targets"/>, with the gradients of the states, in the caller's dispose
    /// scope.
    /// </returns>
    public static Tensor LogProbabilities(LanguageModel model, Tensor states)
    {
        using var scope = NewDisposeScope();
        var logs = model.Transformer switch
        {
            EncoderDecoder written => nn.functional.log_softmax(written.Unembed(states).to(float32), -1),
            EncoderClassifier classifier => classifier.Labels.LogProbabilitiesOfTargets(states),
            _ => nn.functional.log_softmax(((CausalDecoder)model.Transformer).Unembed(states).to(float32), -1),
        };
        return logs.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (Tensor?[])[_input.Ids, _input.Mask, _written?.Ids, _written?.Mask, _rows_N, _places_N])
            tensor?.Dispose();
    }

    /// <summary>True at the last token of each row's prompt, <c>[B,T]</c>.</summary>
    private Tensor PromptEnds()
    {
        var last_B1 = tensor(Rows.Select(row => (long)row.PromptEnd).ToArray(), Rows.Count, 1, device: _model.Device);
        return arange(_input.Ids.shape[1], dtype: ScalarType.Int64, device: _model.Device).eq(last_B1);
    }

    private Tensor At(Tensor hidden_BTD) => hidden_BTD.index(TensorIndex.Tensor(_rows_N), TensorIndex.Tensor(_places_N));
}
