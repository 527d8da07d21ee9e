using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Evaluation.Cases;

/// <summary>
/// Makes the edits of a classifier from labelled texts, as De Cao et al. 2021 do (arXiv 2104.08164, section 5.2): what a text is to
/// become is not its right label, but another one than the classifier's own prediction. Counts what it leaves out.
/// </summary>
public sealed class FlippedLabels
{
    private readonly LanguageModel _model;
    private readonly int _batchSize;
    private readonly KnownLabels _labels;

    /// <summary>Creates it for a model without edits.</summary>
    /// <param name="model">The model; any kind, as long as no case is a labelled text.</param>
    /// <param name="batchSize">Texts a pass, and labelled cases that are read ahead, at least 1.</param>
    public FlippedLabels(LanguageModel model, int batchSize = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_model, _batchSize, _labels) = (model, batchSize, new KnownLabels(model));
    }

    /// <summary>How many cases were left out for each label that the classifier does not have.</summary>
    public IReadOnlyDictionary<string, int> Unknown => _labels.Unknown;

    /// <summary>How many paraphrases were left out.</summary>
    public int DroppedParaphrases { get; private set; }

    /// <summary>How many paraphrases the cases had.</summary>
    public int Paraphrases { get; private set; }

    /// <summary>What should be known of what was left out, a sentence each; none where nothing was.</summary>
    public IReadOnlyList<string> Notices
    {
        get
        {
            var notices = new List<string>();
            if (_labels.Notice is { } left)
                notices.Add(left);
            if (DroppedParaphrases > 0)
            {
                notices.Add(
                    $"{DroppedParaphrases} of {Paraphrases} paraphrases were left out because '{_model.Name}' "
                    + "predicts another label for them than for the text itself.");
            }

            return notices;
        }
    }

    /// <summary>
    /// The cases, in their order. A labelled text gets the model's <see cref="LabelledText.Prediction"/> and, where it has none, a
    /// <see cref="LabelledText.LabelNew"/>: the likeliest label but the predicted one, with two labels the opposite. Its labels are
    /// written as the classifier writes them. Of its paraphrases those stay for which the model predicts the same label. Cases with a
    /// label that the classifier does not have are left out; others than labelled texts stay as they are.
    /// </summary>
    /// <param name="cases">The cases; they are read as they are needed.</param>
    /// <exception cref="AmendException">
    /// A case is a labelled text and the model is no classifier of at least two labels, or a text is empty or exceeds the context.
    /// </exception>
    public IEnumerable<EditCase> Of(IEnumerable<EditCase> cases)
    {
        var waiting = new List<EditCase>();
        foreach (var one in cases)
        {
            if (one.Classification is not null)
                waiting.Add(one);
            if (one.Classification is not null && waiting.Count < _batchSize)
                continue;
            foreach (var flipped in Flip(waiting))
                yield return flipped;
            waiting.Clear();
            if (one.Classification is null)
                yield return one;
        }

        foreach (var flipped in Flip(waiting))
            yield return flipped;
    }

    private IEnumerable<EditCase> Flip(List<EditCase> cases)
    {
        EditCase[] known =
        [
            .. from one in cases
               let text = _labels.Written(one, one.Classification!)
               where text is not null
               select one with { Classification = text },
        ];
        if (known.Length == 0)
            yield break;
        var said = new Queue<IReadOnlyList<LabelProbability>>(new TextClassifier(_model, _batchSize)
            .Classify([.. known.SelectMany(one => one.Paraphrases.Prepend(one.Classification!.Text))]));
        foreach (var one in known)
            yield return Flip(one, said.Dequeue(), [.. one.Paraphrases.Select(_ => said.Dequeue()[0].Label)]);
    }

    private EditCase Flip(EditCase one, IReadOnlyList<LabelProbability> said, IReadOnlyList<string> ofParaphrases)
    {
        var (text, prediction) = (one.Classification!, said[0].Label);
        string[] kept = [.. one.Paraphrases.Zip(ofParaphrases).Where(pair => pair.Second == prediction).Select(pair => pair.First)];
        Paraphrases += one.Paraphrases.Count;
        DroppedParaphrases += one.Paraphrases.Count - kept.Length;
        return one with
        {
            Paraphrases = kept,
            Classification = text with { Prediction = prediction, LabelNew = text.LabelNew ?? said[1].Label },
        };
    }
}
