using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>Puts texts under a classifier's labels.</summary>
public sealed class TextClassifier
{
    private readonly LanguageModel _model;
    private readonly EncoderClassifier _classifier;
    private readonly int _batchSize;

    /// <summary>Creates it over a model.</summary>
    /// <param name="model">The model to ask.</param>
    /// <param name="batchSize">Texts a pass, at least 1; those of like length are in one.</param>
    /// <exception cref="AmendException">The model is no classifier.</exception>
    public TextClassifier(LanguageModel model, int batchSize = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_model, _batchSize) = (model, batchSize);
        _classifier = model.Transformer as EncoderClassifier
            ?? throw new AmendException(
                $"The classification of texts needs a classifier; '{model.Name}' is {model.Transformer.Architecture}.");
    }

    /// <summary>The labels of each text, the likeliest first.</summary>
    /// <param name="texts">The texts.</param>
    /// <exception cref="AmendException">A text is empty or exceeds the context, or the model gives NaN.</exception>
    public IReadOnlyList<IReadOnlyList<LabelProbability>> Classify(IReadOnlyList<string> texts)
    {
        var probabilities = Probabilities([.. texts.Select(text => _model.Tokenize(text).Ids)]);
        using (var output = tensor(probabilities.SelectMany(p => p).ToArray()))
            _model.RequireNumbers(output);
        return [.. probabilities.Select(InOrder)];
    }

    /// <summary>The probability of each label, by its id, of each text.</summary>
    /// <param name="texts">Token ids of each text, with its special tokens; none empty.</param>
    /// <exception cref="AmendException">A text exceeds the context.</exception>
    public IReadOnlyList<IReadOnlyList<double>> Probabilities(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        if (texts.Count == 0)
            return [];
        _model.CheckLength(texts.Max(ids => ids.Count));
        var found = new IReadOnlyList<double>[texts.Count];
        foreach (var places in Enumerable.Range(0, texts.Count).OrderBy(i => texts[i].Count).Chunk(_batchSize))
        {
            foreach (var (place, probabilities) in places.Zip(InOnePass([.. places.Select(place => texts[place])])))
                found[place] = probabilities;
        }

        return found;
    }

    private IEnumerable<double[]> InOnePass(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var probabilities_BC = _classifier.Labels.Probabilities(_classifier.Logits(TokenBatch.Pad(texts, padding: 0, _model.Device)));
        var values = probabilities_BC.cpu().contiguous().data<float>().ToArray().Select(p => (double)p);
        return values.Chunk(_classifier.Labels.Names.Count);
    }

    private IReadOnlyList<LabelProbability> InOrder(IReadOnlyList<double> probabilities) =>
    [
        .. probabilities.Select((p, id) => new LabelProbability(id, _classifier.Labels.Names[id], p))
            .OrderByDescending(label => label.Probability),
    ];
}

/// <summary>A label that a text may have.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Label">Its name.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
public sealed record LabelProbability(int Id, string Label, double Probability);
