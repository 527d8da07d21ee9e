using Amend.Models.Families;
using Amend.Models.Scoring;

namespace Amend.Models.Training;

/// <summary>Examples as token ids.</summary>
/// <param name="Texts">The ids of each text, with its special tokens.</param>
/// <param name="Labels">The label of each.</param>
/// <param name="Cut">How many texts were cut off.</param>
internal sealed record TokenizedExamples(IReadOnlyList<IReadOnlyList<int>> Texts, IReadOnlyList<long> Labels, int Cut)
{
    /// <summary>Tokenizes examples; of a text that is too long the last token, which ends it, stays.</summary>
    /// <param name="model">The model whose tokens they are.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="most">The most tokens of a text.</param>
    /// <exception cref="Tensors.AmendException">A text cannot be tokenized.</exception>
    public static TokenizedExamples Of(LanguageModel model, IReadOnlyList<TextExample> examples, int most)
    {
        IReadOnlyList<int>[] texts = [.. examples.Select(example => model.Tokenize(example.Text).Ids)];
        return new TokenizedExamples(
            [.. texts.Select(ids => ids.Count <= most ? ids : [.. ids.Take(most - 1), ids[^1]])],
            [.. examples.Select(example => (long)example.Label)],
            texts.Count(ids => ids.Count > most));
    }

    /// <summary>Where a classifier puts the texts, and the mean of −log of the right labels' probabilities.</summary>
    public (ConfusionMatrix Matrix, double Loss) Judge(LanguageModel model)
    {
        var probabilities = new TextClassifier(model).Probabilities(Texts);
        var predicted = probabilities.Select(p => Enumerable.Range(0, p.Count).MaxBy(id => p[id]));
        return (
            new ConfusionMatrix(
                ((EncoderClassifier)model.Transformer).Labels.Names,
                Labels.Zip(predicted, (label, id) => ((int)label, id))),
            -probabilities.Zip(Labels, (p, label) => Math.Log(Math.Max(p[(int)label], float.Epsilon))).Average());
    }

    /// <summary>The examples at some places.</summary>
    public (IReadOnlyList<int>[] Texts, long[] Labels) At(ReadOnlySpan<int> places)
    {
        var (texts, labels) = (new IReadOnlyList<int>[places.Length], new long[places.Length]);
        for (var i = 0; i < places.Length; i++)
            (texts[i], labels[i]) = (Texts[places[i]], Labels[places[i]]);
        return (texts, labels);
    }
}
