using Amend.Models.Families;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// Scores targets after prompts, teacher-forced, in few passes: a pair that is asked twice is computed once, the targets of a
/// prompt share its tokens, and prompts of a pass share what they begin with (<see cref="PrefixBatch"/>). The figures are the
/// same whatever the batch size. An encoder-decoder reads the prompt and is scored on writing the target, a classifier on the
/// label, see <see cref="TargetBatch"/>.
/// </summary>
public sealed class TargetScorer
{
    private readonly LanguageModel _model;
    private readonly int _batchSize;

    /// <summary>Creates a scorer.</summary>
    /// <param name="model">The model to ask.</param>
    /// <param name="batchSize">Distinct prompts a pass, at least 1, each with all its targets.</param>
    public TargetScorer(LanguageModel model, int batchSize = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _model = model;
        _batchSize = batchSize;
    }

    /// <summary>Scores one target.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="target">The target; a space is put in front where it has none.</param>
    public TargetScore Score(string prompt, string target) => Score([(prompt, target)])[0];

    /// <summary>Scores targets.</summary>
    /// <param name="pairs">Prompts and targets; a space is put in front of a target that has none.</param>
    /// <returns>One score a pair, in their order.</returns>
    /// <exception cref="Tensors.AmendException">
    /// A prompt or target is empty or no label of the classifier, a pair exceeds the context, or the model has no targets.
    /// </exception>
    public IReadOnlyList<TargetScore> Score(IReadOnlyList<(string Prompt, string Target)> pairs) =>
        [.. Answers(pairs).Select(answer => answer.Score)];

    /// <summary>Scores targets and says which tokens the model would have put at their places, in the same passes.</summary>
    /// <param name="pairs">Prompts and targets; a space is put in front of a target that has none.</param>
    /// <returns>One answer a pair, in their order.</returns>
    /// <exception cref="Tensors.AmendException">
    /// A prompt or target is empty or no label of the classifier, a pair exceeds the context, or the model has no targets.
    /// </exception>
    public IReadOnlyList<TargetAnswer> Answers(IReadOnlyList<(string Prompt, string Target)> pairs)
    {
        _model.Require("The scoring of targets", TargetBatch.Kinds);
        if (_model.Transformer is not CausalDecoder)
            return InBatches(pairs);
        var sequences = pairs.Distinct().ToDictionary(pair => pair, Tokenize);
        var answers = new Dictionary<TargetSequence, TargetAnswer>();
        // In this order prompts that begin alike are in one pass.
        var prompts = sequences.GroupBy(asked => asked.Key.Prompt, asked => asked.Value)
            .OrderBy(targets => targets.Key, StringComparer.Ordinal);
        foreach (var batch in prompts.Chunk(_batchSize))
        {
            foreach (var (sequence, answer) in ScoreBatch([.. batch.Select(targets => targets.ToArray())]))
                answers[sequence] = answer;
        }

        return [.. pairs.Select(pair => answers[sequences[pair]])];
    }

    /// <summary>Prompts of like length are in one batch.</summary>
    private TargetAnswer[] InBatches(IReadOnlyList<(string Prompt, string Target)> pairs)
    {
        var answers = new TargetAnswer[pairs.Count];
        foreach (var places in Enumerable.Range(0, pairs.Count).OrderBy(i => pairs[i].Prompt.Length).Chunk(_batchSize))
        {
            using var batch = TargetBatch.Create(_model, [.. places.Select(place => pairs[place])]);
            foreach (var (place, answer) in places.Zip(batch.Score()))
                answers[place] = answer;
        }

        return answers;
    }

    private TargetSequence Tokenize((string Prompt, string Target) pair)
    {
        var sequence = TargetSequence.Asked(_model, pair.Prompt, pair.Target);
        _model.CheckLength(sequence.Ids.Count);
        return sequence;
    }

    private IEnumerable<(TargetSequence Sequence, TargetAnswer Answer)> ScoreBatch(TargetSequence[][] prompts)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        // What comes after a target's last token is never asked, so that token is not computed.
        var batch = PrefixBatch.Pack(
            [.. prompts.Select(targets => targets.Select(s => s with { Ids = [.. s.Ids.SkipLast(1)] }).ToArray())],
            promptsApart: _model.Transformer.Taps.NeedsPromptEnds);
        TargetSequence[] sequences = [.. prompts.SelectMany(targets => targets)];
        var asked = sequences
            .SelectMany((s, i) => s.Places.Select(place => (Place: batch.Places[i][place], Target: (long)s.Ids[place + 1])))
            .ToArray();
        // Targets of one prompt ask at the same place for their first tokens.
        var rows = asked.Select(ask => ask.Place).Distinct().Index().ToDictionary(of => of.Item, of => of.Index);
        var places_P = tensor(rows.Keys.Select(place => (long)place).ToArray(), device: _model.Device);
        var hidden_PD = batch.Hidden(_model).index_select(0, places_P);
        var logits_PV = ((CausalDecoder)_model.Transformer).Unembed(hidden_PD);
        var logProbabilities_PV = nn.functional.log_softmax(logits_PV.to(float32), -1);
        var row_N = tensor(asked.Select(ask => (long)rows[ask.Place]).ToArray(), device: _model.Device);
        var target_N = tensor(asked.Select(ask => ask.Target).ToArray(), device: _model.Device);
        var ofTargets = logProbabilities_PV.index(TensorIndex.Tensor(row_N), TensorIndex.Tensor(target_N)).cpu().data<float>().ToArray();
        var likeliest = logProbabilities_PV.argmax(-1).index_select(0, row_N).cpu().data<long>().ToArray();
        var answers = new TargetAnswer[sequences.Length];
        for (var (i, at) = (0, 0); i < sequences.Length; at += sequences[i++].TargetTokens)
        {
            var place = at..(at + sequences[i].TargetTokens);
            answers[i] = TargetAnswer.Of(sequences[i].Target, ofTargets[place], likeliest[place]);
        }

        return sequences.Zip(answers);
    }
}
