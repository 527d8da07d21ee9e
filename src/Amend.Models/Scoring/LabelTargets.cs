using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// Labels that a classifier gives its prompts, each read at the text's first token. A classifier of a single label has two targets: the
/// label, and <c>not</c> with the label behind it.
/// </summary>
internal sealed class LabelTargets : TargetBatch
{
    private const string Not = "not ";
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
        [.. Score().Select(answer => new SaidAnswer(Names(_classifier.Labels)[answer.LikeliestIds[0]], answer.Score.IsGreedy))];

    private protected override Tensor Logits() => _classifier.Logits(_tokens);

    /// <summary>The logit z of a single label is that of two labels of logits 0 and z.</summary>
    private protected override Tensor Normalize(Tensor logits_NV) => IsSingle(_classifier.Labels)
        ? nn.functional.logsigmoid(cat([logits_NV.neg(), logits_NV], 1).to(float32))
        : _classifier.Labels.LogProbabilities(logits_NV);

    private static bool IsSingle(LabelSet labels) => labels.Names.Count == 1;

    private static IReadOnlyList<string> Names(LabelSet labels) =>
        IsSingle(labels) ? [Not + labels.Names[0], labels.Names[0]] : labels.Names;

    /// <summary>The id of a label that is given by name or id.</summary>
    /// <exception cref="AmendException">The classifier has no such label.</exception>
    internal static int IdOf(LanguageModel model, string target)
    {
        var labels = ((EncoderClassifier)model.Transformer).Labels;
        if (IsSingle(labels) && target.Trim().StartsWith(Not, StringComparison.OrdinalIgnoreCase) && labels.Find(target.Trim()[Not.Length..]) == 0)
            return 0;
        return labels.Find(target) is { } found
            ? found + (IsSingle(labels) ? 1 : 0)
            : throw new AmendException(
                $"'{model.Name}' has no label '{target.Trim()}'; give one of {string.Join(", ", Names(labels))}, or its number from 0.");
    }
}
