using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// Targets that an encoder-decoder writes after it has read its prompts: the decoder is given what every output begins with and the
/// true tokens before each place (<c>labels</c> of transformers). A target counts with the special tokens that its tokenizer puts
/// around a text, so the end of the output is scored, too.
/// </summary>
internal sealed class WrittenTargets : TargetBatch
{
    private readonly EncoderDecoder _transformer;
    private readonly IReadOnlyList<AnswerSequence> _sequences;
    private readonly TokenBatch _input;
    private readonly TokenBatch _output;

    private WrittenTargets(LanguageModel model, IReadOnlyList<AnswerSequence> sequences)
        : base(model, [.. sequences.Select(sequence => sequence.Target)], (_, t) => t)
    {
        _transformer = (EncoderDecoder)model.Transformer;
        _sequences = sequences;
        _input = Pad([.. sequences.Select(s => s.Input)]);
        _output = Pad([.. sequences.Select(s => (int[])[_transformer.Marks.Start, .. s.Target.SkipLast(1)])]);
    }

    /// <inheritdoc/>
    public override Tensor Mask => _output.Mask;

    /// <summary>Tokenizes pairs as a model of its kind takes them.</summary>
    public static WrittenTargets Tokenize(LanguageModel model, IReadOnlyList<(string Prompt, string Target)> pairs) =>
        From(model, [.. pairs.Select(pair => AnswerSequence.Create(model, pair.Prompt, pair.Target))]);

    /// <summary>Takes what is tokenized.</summary>
    /// <exception cref="Tensors.AmendException">A sequence exceeds the context.</exception>
    public static WrittenTargets From(LanguageModel model, IReadOnlyList<AnswerSequence> sequences)
    {
        model.CheckLength(sequences.Max(s => Math.Max(s.Input.Count, s.Target.Count)));
        return new WrittenTargets(model, sequences);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SaidAnswer> Answers()
    {
        var generator = new Generation.Generator(Model);
        var said = generator.Generate(
            [.. _sequences.Select(s => s.Input)], [.. Targets.Select(target => target.Count)], new GenerationOptions());
        return [.. said.Zip(Targets, (ids, target) => new SaidAnswer(TextOf(ids), ids.SequenceEqual(target)))];

        string TextOf(IReadOnlyList<int> ids) => Model.Tokenizer.Decode(ids.Where(id => id != generator.End)).Trim();
    }

    // The real places of all rows, one row after the other: those of the targets.
    private protected override Tensor Logits() => _transformer.Unembed(_transformer.Hidden(_input, _output, Start)[_output.Mask]);

    private protected override PassStart Below(Stack stack, int layer) => _transformer.Below(stack, layer, _input, _output);
}
