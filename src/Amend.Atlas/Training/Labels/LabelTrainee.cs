using Amend.Atlas.Training.Bert;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.Bert;
using Amend.Models.Shapes;
using Amend.Models.Tokenizers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Atlas.Training.Labels;

/// <summary>A BERT that learns where documents belong.</summary>
internal sealed class LabelTrainee : ModelTrainee
{
    private readonly DocumentStream _stream;
    private readonly EncoderClassifier _classifier;

    /// <summary>Creates a trainee with fresh weights.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="stream">The documents.</param>
    /// <param name="sections">The labels, by id.</param>
    /// <param name="options">Sizes and rates.</param>
    /// <param name="validate">Measures the classifier.</param>
    public LabelTrainee(
        PipelineTokenizer tokenizer,
        DocumentStream stream,
        IReadOnlyList<string> sections,
        LabelTrainingOptions options,
        Func<LanguageModel, IReadOnlyDictionary<string, double>> validate)
        : base(Fresh(tokenizer, sections, options), options.Descent, validate) =>
        (_stream, _classifier) = (stream, (EncoderClassifier)Model.Transformer);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var rows = _stream.Batch(batch);
        var hidden_BTD = _classifier.Hidden(TokenBatch.Pad([.. rows.Select(row => row.Ids)], padding: 0));
        var loss = cross_entropy(_classifier.LogitsOf(hidden_BTD.select(1, 0)), tensor(rows.Select(row => row.Section).ToArray()));
        loss.backward();
        return new Dictionary<string, double> { ["loss"] = loss.item<float>() };
    }

    private static LanguageModel Fresh(PipelineTokenizer tokenizer, IReadOnlyList<string> sections, LabelTrainingOptions options)
    {
        var labels = new LabelSet(sections, AreExclusive: true);
        var config = BertInitializer.Config(options.Shape(tokenizer.VocabularySize));
        var classifier = BertFamily.CreateClassifier(config, labels, BertInitializer.Classifier(config, labels, options.Seed));
        return new LanguageModel("training", "bert", classifier, tokenizer, hashesLater: true);
    }
}
