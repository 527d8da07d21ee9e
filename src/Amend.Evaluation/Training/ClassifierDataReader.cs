using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Models.Training;
using Amend.Tensors;

namespace Amend.Evaluation.Training;

/// <summary>
/// Reads what a classifier is trained on from data sets of labelled texts. A text that comes again is taken once, one with several labels
/// not at all, and one that is validated on is not learned from.
/// </summary>
/// <param name="options">Whether broken records are passed over; counts them.</param>
public sealed class ClassifierDataReader(DatasetOptions options)
{
    /// <summary>The part of the texts that is held out for validation where no data is given for it.</summary>
    public const double HeldOutShare = 0.1;

    private readonly List<string> _notes = [];

    /// <summary>The labels by id, of which texts with others are left out; where null, the default, those of the data.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The seed of what is held out; 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>Reads the data.</summary>
    /// <param name="train">The files to learn from, at least one.</param>
    /// <param name="validation">The files to validate on; a part of the texts to learn from, drawn by the seed, if there are none.</param>
    /// <exception cref="AmendException">A record is broken or has no label, or the labels cannot be used.</exception>
    public ClassifierData Read(IReadOnlyList<DatasetSource> train, IReadOnlyList<DatasetSource> validation)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        _notes.Clear();
        var (learned, judged) = (Texts(train), Texts(validation));
        var labels = Labels ?? LabelsOf(learned);
        RefuseDoubtful(labels);
        var (toLearn, toJudge) = (Once(learned, labels, "to learn from"), Once(judged, labels, "to validate on"));
        if (validation.Count == 0)
            (toLearn, toJudge) = Parted(toLearn);
        var texts = toJudge.Select(example => example.Text).ToHashSet(StringComparer.Ordinal);
        var shared = toLearn.RemoveAll(example => texts.Contains(example.Text));
        if (shared > 0)
            _notes.Add($"{shared} texts to learn from are also validated on and were left out.");
        return new ClassifierData(labels, toLearn, toJudge) { Origin = Origin(train, validation), Notes = [.. _notes] };
    }

    private static string Origin(IReadOnlyList<DatasetSource> train, IReadOnlyList<DatasetSource> validation) =>
        string.Join(", ", train.Select(Named))
        + (validation.Count == 0
            ? $", of which a part of {HeldOutShare} is held out"
            : $"; validation: {string.Join(", ", validation.Select(Named))}");

    private static string Named(DatasetSource source) => $"{source.Format.Name}:{Path.GetFileName(source.Path)}";

    private List<LabelledText> Texts(IReadOnlyList<DatasetSource> sources) => [.. sources.SelectMany(Texts)];

    private List<LabelledText> Texts(DatasetSource source)
    {
        List<LabelledText> texts =
        [
            .. source.Read(options).Select(one => one.Classification ?? throw new AmendException(
                $"'{source.Path}', case {one.Id}: this is no text with a label; give data of a form that has labels, such as fever, scotus "
                + "or labelled.")),
        ];
        Note(options.Skipped.Count, $"records of '{Path.GetFileName(source.Path)}' are broken and were passed over.");
        return texts;
    }

    /// <summary>The labels that occur: in the order of the data set where it has one, and else by their names.</summary>
    private static string[] LabelsOf(List<LabelledText> texts)
    {
        var found = texts.Select(text => text.Label).ToHashSet(StringComparer.Ordinal);
        string[] ordered = [.. texts.SelectMany(text => text.Labels).Distinct(StringComparer.Ordinal).Where(found.Contains)];
        return [.. ordered, .. found.Except(ordered).Order(StringComparer.Ordinal)];
    }

    private void RefuseDoubtful(IReadOnlyList<string> labels)
    {
        if (labels.Any(string.IsNullOrWhiteSpace) || labels.Distinct(StringComparer.OrdinalIgnoreCase).Count() < labels.Count)
            throw new AmendException(
                $"The labels '{string.Join("', '", labels)}' were {(Labels is null ? "found" : "asked")}; give each a name of its own that "
                + "differs from the others by more than its case.");
    }

    private List<TextExample> Once(List<LabelledText> texts, IReadOnlyList<string> labels, string use)
    {
        var known = texts.Where(text => IdOf(text.Label, labels, use) >= 0).ToList();
        var byText = known.GroupBy(text => text.Text, StringComparer.Ordinal).ToList();
        var clear = byText.Where(group => group.Select(text => text.Label).Distinct().Count() == 1).ToList();
        Note(texts.Count - known.Count, $"texts {use} have other labels and were left out.");
        Note(clear.Sum(group => group.Count() - 1), $"texts {use} come again and were left out.");
        Note(byText.Count - clear.Count, $"texts {use} have more than one label and were left out.");
        return [.. clear.Select(group => new TextExample(group.Key, IdOf(group.First().Label, labels, use)))];
    }

    private void Note(int count, string what)
    {
        if (count > 0)
            _notes.Add($"{count} {what}");
    }

    /// <summary>A label's id; below 0 where other labels were asked for.</summary>
    private int IdOf(string label, IReadOnlyList<string> labels, string use)
    {
        var id = Enumerable.Range(0, labels.Count).FirstOrDefault(i => labels[i] == label, -1);
        return id >= 0 || Labels is not null
            ? id
            : throw new AmendException(
                $"A text {use} has the label '{label}', which no text to learn from has ({string.Join(", ", labels)}); "
                + "give the labels that are meant, or other data.");
    }

    private (List<TextExample> Learned, List<TextExample> Judged) Parted(List<TextExample> examples)
    {
        var order = examples.ToArray();
        StableRandom.For(Seed, "held out").Shuffle(order);
        var held = (int)Math.Round(order.Length * HeldOutShare);
        return ([.. order[held..]], [.. order[..held]]);
    }
}
