using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>Targets that a causal decoder writes on with behind its prompts.</summary>
internal sealed class ContinuedTargets : TargetBatch
{
    private readonly IReadOnlyList<TargetSequence> _sequences;
    private readonly TokenBatch _tokens;

    private ContinuedTargets(
        LanguageModel model, IReadOnlyList<TargetSequence> sequences, IReadOnlyList<IReadOnlyList<int>> read, TargetReading reading)
        : base(
            model,
            [.. sequences.Select(sequence => sequence.Target)],
            (row, t) => sequences[row].TargetStart - 1 + (reading == TargetReading.Following ? t : 0))
    {
        _sequences = sequences;
        _tokens = Pad(read);
    }

    /// <inheritdoc/>
    public override Tensor Mask => _tokens.Mask;

    /// <summary>Tokenizes pairs as a model of its kind takes them.</summary>
    public static ContinuedTargets Tokenize(LanguageModel model, IReadOnlyList<(string Prompt, string Target)> pairs, TargetReading reading)
    {
        TargetSequence[] sequences = [.. pairs.Select(pair => TargetSequence.Asked(model, pair.Prompt, pair.Target))];
        // What comes after a target's last token is never asked, so that token is not computed.
        IReadOnlyList<int>[] read =
            [.. sequences.Select(one => reading == TargetReading.Following ? [.. one.Ids.SkipLast(1)] : one.Prompt)];
        model.CheckLength(read.Max(ids => ids.Count));
        return new ContinuedTargets(model, sequences, read, reading);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SaidAnswer> Answers()
    {
        var said = new Generation.Generator(Model).Generate(
            [.. _sequences.Select(one => one.Prompt)], [.. Targets.Select(target => target.Count)], new GenerationOptions());
        return [.. said.Zip(Targets, (ids, target) => new SaidAnswer(TextOf(ids), ids.SequenceEqual(target)))];

        string TextOf(IReadOnlyList<int> ids) => Model.Tokenizer.DecodeContinuation(ids).Trim();
    }

    private protected override Tensor Logits()
    {
        var read_ND = Model.Hidden(_tokens, PromptEnds(), Start).index(TensorIndex.Tensor(Rows), TensorIndex.Tensor(Places));
        return ((CausalDecoder)Model.Transformer).Unembed(read_ND);
    }

    private protected override PassStart Below(Stack stack, int layer)
    {
        using var scope = NewDisposeScope();
        return Model.Below(layer, _tokens, PromptEnds());
    }

    /// <summary>True at the last token of each prompt, <c>[B,T]</c>.</summary>
    private Tensor PromptEnds()
    {
        var last_B1 = tensor(_sequences.Select(one => one.TargetStart - 1L).ToArray(), _sequences.Count, 1, device: Model.Device);
        return arange(_tokens.Ids.shape[1], dtype: ScalarType.Int64, device: Model.Device).eq(last_B1);
    }
}
