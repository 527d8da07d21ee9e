using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>Labels that a classifier gives its prompts, each read at the text's first token; see <see cref="LabelSet.Targets"/>.</summary>
internal sealed class LabelTargets : TargetBatch
{
    private readonly EncoderClassifier _classifier;
    private readonly TokenBatch _tokens;

    private LabelTargets(LanguageModel model, IReadOnlyList<IReadOnlyList<int>> texts, IReadOnlyList<int> labels)
        : base(model, [.. labels.Select(label => (int[])[label])], (_, _) => 0)
    {
        _classifier = (EncoderClassifier)model.Transformer;
        _tokens = Pad(texts);
    }

    /// <inheritdoc/>
    public override Tensor Mask => _tokens.Mask;

    /// <summary>Tokenizes prompts and finds labels as a model of its kind takes them.</summary>
    public static LabelTargets Tokenize(LanguageModel model, IReadOnlyList<(string Prompt, string Target)> pairs)
    {
        int[] labels = [.. pairs.Select(pair => IdOf(model, pair.Target))];
        IReadOnlyList<int>[] texts = [.. pairs.Select(pair => model.Tokenize(pair.Prompt).Ids)];
        model.CheckLength(texts.Max(ids => ids.Count));
        return new LabelTargets(model, texts, labels);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SaidAnswer> Answers() =>
        [.. Score().Select(answer => new SaidAnswer(_classifier.Labels.Targets[answer.LikeliestIds[0]], answer.Score.IsGreedy))];

    private protected override Tensor Logits() => _classifier.Logits(_tokens, Start);

    private protected override PassStart Below(Stack stack, int layer) => _classifier.Below(layer, _tokens);

    private protected override IReadOnlyList<TargetAnswer> Detailed(IReadOnlyList<TargetAnswer> answers, Tensor logits_NV)
    {
        var ofLabels = logits_NV.to(float32).cpu().contiguous().data<float>().ToArray().Chunk(_classifier.Labels.Names.Count);
        return [.. answers.Zip(ofLabels, (answer, logits) => answer with { LabelLogits = logits })];
    }

    private protected override Tensor Normalize(Tensor logits_NV) => _classifier.Labels.LogProbabilitiesOfTargets(logits_NV);

    /// <summary>The place among the classifier's targets of a label that is given by name or id.</summary>
    /// <exception cref="AmendException">The classifier has no such label.</exception>
    internal static int IdOf(LanguageModel model, string target)
    {
        var labels = ((EncoderClassifier)model.Transformer).Labels;
        return labels.FindTarget(target) ?? throw new AmendException(
            $"'{model.Name}' has no label '{target.Trim()}'; give one of {string.Join(", ", labels.Targets)}, or its number from 0.");
    }
}
