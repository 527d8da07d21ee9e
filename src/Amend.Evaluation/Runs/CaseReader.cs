using Amend.Editing;
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
        var needs = Needs();
        var room = new ContextRoom(model, needs);
        var snippets = plan.AsksReferences ? AttributeSnippets.Load(plan.SnippetsPath!) : null;
        var (right, flipped) = (new KnownLabels(model), new FlippedLabels(model, plan.Asking.BatchSize));
        var fitting = plan.Source.Read(options).Skip(plan.Offset)
            .Where(read => Fits(plan.Source, MetricCase.Of(read, snippets), room, options));
        var edited = plan.Stream is null ? flipped.Of(fitting) : right.Corrected(fitting);
        EditCase[] cases = [.. edited.Take(plan.Cases ?? int.MaxValue)];
        if (cases.Length == 0)
            throw None(options.Skipped, plan.Stream is null ? flipped.Unknown : right.Unknown);
        var retained = new RetainedTexts(plan, model);
        MetricCase[] asked =
        [
            .. cases.Select(read => MetricCase.Of(needs.HasFlag(MetricNeeds.Neighbors) ? retained.For(read) : read, snippets)),
        ];
        if (plan.Stream is null)
            return new RunCases(cases, asked, needs) { Notices = flipped.Notices };
        var items = new RunCases(cases, asked, needs) { Notices = [.. new[] { right.Notice }.OfType<string>()] };
        return WithStanding(items, plan.Stream, room);
    }

    /// <summary>What is asked; a stream always asks what decides whether an item is edited.</summary>
    private MetricNeeds Needs()
    {
        var needs = CaseAsker.NeedsOf(plan.Metrics) | (plan.Stream is null ? MetricNeeds.None : MetricNeeds.Rewrite);
        return needs.HasFlag(MetricNeeds.WrittenAnswers) && model.Transformer is not EncoderClassifier
            ? needs | MetricNeeds.GreedyAnswers
            : needs;
    }

    /// <summary>The items of a stream, and behind them the cases that stand beside it.</summary>
    private RunCases WithStanding(RunCases items, StreamPlan stream, ContextRoom room)
    {
        if (items.Read.FirstOrDefault(one => one.Asked is [{ TargetNew: null }]) is { } without)
            throw new AmendException(
                $"Case {without.Id} of '{plan.Source.Path}' names no new target, and an item of a stream is edited to one where the model "
                + "is wrong; use a data set with edits.");
        var upstream = Standing(stream.Upstream, stream.MostStanding, CaseRole.Upstream, room);
        var holdout = Standing(stream.Holdout, stream.MostStanding, CaseRole.Holdout, room);
        var replay = Standing(stream.Replay, stream.MostStanding, CaseRole.Upstream, room);
        return new RunCases(
            [.. items.Read, .. upstream.Read, .. holdout.Read], [.. items.Asked, .. upstream.Asked, .. holdout.Asked], items.Needs)
        {
            Items = items.Count,
            Replay = [.. replay.Asked.Select(Text)],
            Notices = [.. items.Notices, .. upstream.Notices, .. holdout.Notices],
        };
    }

    /// <summary>The first cases of a data set that are measured only; none of none.</summary>
    private RunCases Standing(DatasetSource? source, int most, CaseRole role, ContextRoom room)
    {
        if (source is null)
            return new RunCases([], [], MetricNeeds.None);
        var (options, labels) = (new DatasetOptions { SkipBad = plan.SkipBad }, new KnownLabels(model));
        var read = labels.Corrected(source.Read(options).Where(one => Fits(source, MetricCase.Standing(one, role), room, options)));
        EditCase[] cases = [.. read.Take(most)];
        if (cases.Length == 0)
            throw new AmendException(
                $"'{source.Path}' has no case that '{model.Name}' can be asked as {Name(role)}"
                + (labels.Unknown.Count > 0 ? $", whose labels are {string.Join(", ", labels.Unknown.Keys)}" : "") + "; give other data.");
        var skipped = options.Skipped.Count > 0 ? $"{options.Skipped.Count} broken records of {Name(role)} were passed over." : null;
        var unknown = labels.Notice is { } notice ? $"Of {Name(role)}, {notice}" : null;
        return new RunCases(cases, [.. cases.Select(one => MetricCase.Standing(one, role))], MetricNeeds.None)
        {
            Notices = [.. new[] { skipped, unknown }.OfType<string>()],
        };
    }

    private static UpstreamText Text(MetricCase one) => new(one.Prompts[0].Prompt, one.Prompts[0].Wanted);

    private static string Name(CaseRole role) => role.ToString().ToLowerInvariant();

    private static bool Fits(DatasetSource source, MetricCase asked, ContextRoom room, DatasetOptions options)
    {
        if (room.Excess(asked) is not { } excess)
            return true;
        var reason = $"'{source.Path}', case {asked.Id}: {excess}; shorten it, or skip bad records.";
        if (!options.SkipBad)
            throw new AmendException(reason);
        options.Skipped.Add(reason);
        return false;
    }

    private AmendException None(SkippedRecords skipped, IReadOnlyDictionary<string, int> unknown)
    {
        if (unknown.Count > 0)
            return new AmendException(
                $"'{plan.Source.Path}' gives its texts the labels {string.Join(", ", unknown.Keys)}, and '{model.Name}' has "
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
