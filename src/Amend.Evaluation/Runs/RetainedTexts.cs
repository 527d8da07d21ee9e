using System.Globalization;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Runs;

/// <summary>
/// Gives labelled cases the texts that their edits should leave alone, with the right labels as answers. What a case
/// gets depends on the data set, the seed and its id alone, whichever cases are run.
/// </summary>
/// <param name="plan">What is run.</param>
/// <param name="model">A classifier.</param>
internal sealed class RetainedTexts(RunPlan plan, LanguageModel model)
{
    private const int SeedDigits = 7;
    private IReadOnlyList<CasePrompt>? _pool;

    /// <summary>The case, with texts to retain where it has none or they are replaced.</summary>
    /// <exception cref="AmendException">The data set has no other text.</exception>
    public EditCase For(EditCase one)
    {
        if (plan.Retain is not { } retain || one.Classification is not { } edited || (one.Neighborhood.Count > 0 && !retain.Replaces))
            return one;
        _pool ??= Read(retain.Source ?? plan.Source);
        int[] others = [.. Enumerable.Range(0, _pool.Count).Where(at => _pool[at].Text != edited.Text)];
        if (others.Length == 0)
            throw new AmendException(
                $"Case {one.Id} leaves no other text in '{(retain.Source ?? plan.Source).Path}' whose prediction could be retained; "
                + "give a data set of more texts.");
        if (retain.Drawn is { } count && count < others.Length)
            others = Draw(others, count, one.Id);
        return one with { Neighborhood = [.. others.Select(at => _pool[at])] };
    }

    /// <summary>Some of the numbers, in their order.</summary>
    private int[] Draw(int[] others, int count, string id)
    {
        var digits = ContentHash.Of(string.Create(CultureInfo.InvariantCulture, $"{plan.Context.Seed} {id}"))[..SeedDigits];
        var random = new Random(int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        for (var at = 0; at < count; at++)
        {
            var other = random.Next(at, others.Length);
            (others[at], others[other]) = (others[other], others[at]);
        }

        return [.. others.Take(count).Order()];
    }

    private IReadOnlyList<CasePrompt> Read(DatasetSource source)
    {
        var labels = ((EncoderClassifier)model.Transformer).Labels;
        return
        [
            .. source.Read(new DatasetOptions { SkipBad = plan.SkipBad })
                .Select(one => one.Classification)
                .OfType<LabelledText>()
                .Where(text => labels.Find(text.Label) is not null && model.Tokenize(text.Text).Ids.Count <= model.Shape.ContextLength)
                .DistinctBy(text => text.Text)
                .Select(text => new CasePrompt(text.Text) { Answers = [new CaseAnswer(text.Label)] }),
        ];
    }
}
