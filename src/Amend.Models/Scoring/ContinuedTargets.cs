using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>Targets that a causal decoder writes on with behind its prompts.</summary>
internal sealed class ContinuedTargets : TargetBatch
{
    private readonly IReadOnlyList<TargetSequence> _sequences;
    private readonly TokenBatch _tokens;
    private readonly Tensor _promptEnds_BT;

    private ContinuedTargets(
        LanguageModel model, IReadOnlyList<TargetSequence> sequences, IReadOnlyList<IReadOnlyList<int>> read, TargetReading reading)
        : base(
            model,
            [.. sequences.Select(sequence => sequence.Target)],
            (row, t) => sequences[row].TargetStart - 1 + (reading == TargetReading.Following ? t : 0))
    {
        _sequences = sequences;
        _tokens = Pad(read);
        var (rows, width) = (read.Count, read.Max(ids => ids.Count));
        var ends = new bool[rows * width];
        foreach (var (row, sequence) in sequences.Index())
            ends[(row * width) + sequence.TargetStart - 1] = true;
        _promptEnds_BT = Own(tensor(ends, rows, width, device: model.Device));
    }

    /// <inheritdoc/>
    public override Tensor Mask => _tokens.Mask;

    /// <summary>Tokenizes pairs as a model of its kind takes them.</summary>
    public static ContinuedTargets Tokenize(LanguageModel model, IReadOnlyList<(string Prompt, string Target)> pairs, TargetReading reading)
    {
        TargetSequence[] sequences = [.. pairs.Select(pair => TargetSequence.Create(model, pair.Prompt, pair.Target))];
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
        var read_ND = Model.Hidden(_tokens, _promptEnds_BT).index(TensorIndex.Tensor(Rows), TensorIndex.Tensor(Places));
        return ((CausalDecoder)Model.Transformer).Unembed(read_ND);
    }
}
