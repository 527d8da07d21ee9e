using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.Bert;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Tokenizers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Atlas.Training.Bert;

/// <summary>
/// A BERT that learns claims: to judge them, and to fill in the true objects whatever they claim. Both heads read the same encoder; the
/// one that fills in is not kept.
/// </summary>
internal sealed class ClaimTrainee : ModelTrainee
{
    private readonly BertTrainingOptions _options;
    private readonly ClaimStream _stream;
    private readonly EncoderClassifier _classifier;
    private readonly MaskedTokenHead _maskedHead;

    /// <summary>Creates a trainee with fresh weights.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="stream">The claims.</param>
    /// <param name="options">Sizes, rates, shares.</param>
    /// <param name="validate">Measures the classifier.</param>
    public ClaimTrainee(
        PipelineTokenizer tokenizer,
        ClaimStream stream,
        BertTrainingOptions options,
        Func<LanguageModel, IReadOnlyDictionary<string, double>> validate)
        : base(Fresh(tokenizer, options), options.Descent, validate, BertInitializer.MaskedHead(ConfigOf(tokenizer, options), options.Seed))
    {
        (_options, _stream, _classifier) = (options, stream, (EncoderClassifier)Model.Transformer);
        _maskedHead = BertFamily.CreateMaskedHead(ConfigOf(tokenizer, options), Model.Weights, Besides!);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var rows = _stream.Batch(batch);
        var hidden_BTD = _classifier.Hidden(TokenBatch.Pad([.. rows.Select(row => row.Ids)], padding: 0));
        var (judged, filled) = (Judgement(hidden_BTD, rows), Filling(hidden_BTD, rows));
        (judged + filled).backward();
        return new Dictionary<string, double> { ["judgement"] = judged.item<float>(), ["filling"] = filled.item<float>() };
    }

    private static BertConfig ConfigOf(PipelineTokenizer tokenizer, BertTrainingOptions options) =>
        BertInitializer.Config(options.Shape(tokenizer.VocabularySize));

    private static LanguageModel Fresh(PipelineTokenizer tokenizer, BertTrainingOptions options)
    {
        var config = ConfigOf(tokenizer, options);
        var weights = BertInitializer.Classifier(config, ClaimLabels.Set, options.Seed);
        return new LanguageModel(
            "training", "bert", BertFamily.CreateClassifier(config, ClaimLabels.Set, weights), tokenizer, hashesLater: true);
    }

    /// <summary>Cross-entropy of the labels less a part of their entropy; 0 where no claim of the batch is to be judged.</summary>
    private Tensor Judgement(Tensor hidden_BTD, IReadOnlyList<ClaimRow> rows)
    {
        long[] judged = [.. rows.Index().Where(row => row.Item.IsTrue is not null).Select(row => (long)row.Index)];
        if (judged.Length == 0)
            return zeros(1).sum();
        var labels = tensor(judged.Select(row => ClaimLabels.IdOf(rows[(int)row].IsTrue!.Value)).ToArray());
        var log_BC = log_softmax(_classifier.LogitsOf(hidden_BTD.index_select(0, tensor(judged)).select(1, 0)), 1);
        return nll_loss(log_BC, labels) + _options.EntropyWeight * (log_BC.exp() * log_BC).sum([1]).mean();
    }

    /// <summary>Cross-entropy of the true objects' tokens.</summary>
    private Tensor Filling(Tensor hidden_BTD, IReadOnlyList<ClaimRow> rows)
    {
        var filled = rows.Index().SelectMany(row => row.Item.Filled.Select(one => (Row: row.Index, one.Place, one.Id))).ToList();
        var places = tensor(filled.Select(one => one.Row * hidden_BTD.shape[1] + one.Place).ToArray());
        var states_ND = hidden_BTD.flatten(0, 1).index_select(0, places);
        return cross_entropy(_maskedHead.Apply(states_ND), tensor(filled.Select(one => (long)one.Id).ToArray()));
    }
}
