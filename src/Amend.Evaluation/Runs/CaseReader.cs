using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>Reads the cases of a run, and refuses or passes over those that the model has no room for before any work is done.</summary>
/// <param name="plan">What is run.</param>
/// <param name="model">The model that is asked.</param>
internal sealed class CaseReader(RunPlan plan, LanguageModel model)
{
    /// <summary>Reads the cases.</summary>
    /// <param name="options">Whether broken records are passed over; counts them.</param>
    /// <exception cref="AmendException">There is no case, or one is broken or too long.</exception>
    public RunCases Read(DatasetOptions options)
    {
        var needs = CaseAsker.NeedsOf(plan.Metrics);
        var room = new ContextRoom(model, needs);
        var snippets = plan.AsksReferences ? AttributeSnippets.Load(plan.SnippetsPath!) : null;
        var labels = new FlippedLabels(model, plan.Asking.BatchSize);
        var fitting = plan.Source.Read(options).Skip(plan.Offset).Where(read => Fits(MetricCase.Of(read, snippets), room, options));
        EditCase[] cases = [.. labels.Of(fitting).Take(plan.Cases ?? int.MaxValue)];
        if (cases.Length == 0)
            throw None(options.Skipped, labels);
        var retained = new RetainedTexts(plan, model);
        MetricCase[] asked =
        [
            .. cases.Select(read => MetricCase.Of(needs.HasFlag(MetricNeeds.Neighbors) ? retained.For(read) : read, snippets)),
        ];
        return new RunCases(cases, asked, needs) { Notices = labels.Notices };
    }

    private bool Fits(MetricCase asked, ContextRoom room, DatasetOptions options)
    {
        if (room.Excess(asked) is not { } excess)
            return true;
        var reason = $"'{plan.Source.Path}', case {asked.Id}: {excess}; shorten it, or skip bad records.";
        if (!options.SkipBad)
            throw new AmendException(reason);
        options.Skipped.Add(reason);
        return false;
    }

    private AmendException None(SkippedRecords skipped, FlippedLabels labels)
    {
        if (labels.Unknown.Count > 0)
            return new AmendException(
                $"'{plan.Source.Path}' gives its texts the labels {string.Join(", ", labels.Unknown.Keys)}, and '{model.Name}' has "
                + $"{string.Join(", ", ((EncoderClassifier)model.Transformer).Labels.Names)}; give a classifier of the data set's labels.");
        if (skipped.Count > 0)
            return new AmendException(
                $"'{plan.Source.Path}' has no case left after {skipped.Count} were passed over, the first because: {skipped.Reasons[0]}");
        var all = plan.Source.Read(new DatasetOptions()).Count();
        return new AmendException(all == 0
            ? $"'{plan.Source.Path}' is an empty list; give a data set with at least one record."
            : $"'{plan.Source.Path}' has {all} cases, and the first {plan.Offset} were to be passed over; give a smaller --offset.");
    }
}
