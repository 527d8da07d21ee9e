using Amend.Editing.Editors;
using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>
/// A plan on a model: the cases that it has there, what is to be done, and what came of it so far. It does nothing by itself: <see
/// cref="EvalRun"/> has it done on one machine, in one process.
/// </summary>
public sealed class OpenedRun
{
    private const int MostNamed = 5;
    private readonly DatasetOptions _options;
    private readonly IReadOnlyList<string> _labels;

    /// <summary>Opens a plan.</summary>
    /// <param name="plan">What is to be run.</param>
    /// <param name="model">The model, which is read and not kept.</param>
    /// <exception cref="AmendException">
    /// The model has edits, an editor or metric cannot be used on it, there is no case, or one is broken or too long.
    /// </exception>
    public OpenedRun(RunPlan plan, LanguageModel model)
    {
        (Plan, _options) = (plan, new DatasetOptions { SkipBad = plan.SkipBad });
        if (model.Applied.Ids is { Count: > 0 } applied)
            throw new AmendException(
                $"'{model.Name}' has {applied.Count} edits applied ({string.Join(", ", applied.Take(3))}); "
                + "revert them, because a run starts from the base model.");
        foreach (var row in plan.Rows)
            plan.EditorOf(row).Check(model, row.ContextOf(plan.Context));
        Cases = new CaseReader(plan, model).Read(_options);
        Description = plan.Describe(model);
        Units = [.. plan.Rows.SelectMany(row => RunUnit.Cut(Description, row, plan.Protocol.Steps(Cases.Items, Description.BatchSize)))];
        _labels = model.Transformer is EncoderClassifier { Labels.Names: var labels } ? labels : [];
    }

    /// <summary>What is run.</summary>
    public RunPlan Plan { get; }

    /// <summary>The cases.</summary>
    public RunCases Cases { get; }

    /// <summary>What the run is.</summary>
    public RunDescription Description { get; }

    /// <summary>What is to be done, of each row in its order.</summary>
    public IReadOnlyList<RunUnit> Units { get; }

    /// <summary>All measurements: the unedited answers, and those of the units that are certain.</summary>
    public int Measurements => Cases.Count + Units.Sum(unit => unit.Count);

    /// <summary>How many of the measurements are kept.</summary>
    public int Measured(IRunReading results) =>
        results.Known().Count + Units.GroupBy(unit => unit.Row).Sum(of => of.Sum(results.Progress(of.Key).CountOf));

    /// <summary>The units of which something is left to do, with what is done of their rows.</summary>
    public IEnumerable<(RunUnit Unit, RowProgress Done)> Left(IRunReading results)
    {
        var progress = Plan.Rows.ToDictionary(row => row, results.Progress);
        return Units.Select(unit => (unit, progress[unit.Row])).Where(left => !left.Item2.Covers(left.unit));
    }

    /// <summary>What came of the run so far.</summary>
    public RunResult Read(IRunReading results)
    {
        RowResult[] rows = [.. Plan.Rows.Select(row => results.Read(row, Cases))];
        return new RunResult(Description, Plan.Metrics, rows, Finished: !Left(results).Any(), _options.Skipped.Count)
        {
            Shared = results.Read(Shared, Cases).Times,
            Notices = Plan.Stream is null ? Notices() : Cases.Notices,
            Labels = _labels,
        };
    }

    /// <summary>Where the times stand of what all rows share.</summary>
    internal static RunRow Shared { get; } = new("", NoEdit.EditorName, [], null);

    private IReadOnlyList<string> Notices()
    {
        string[] same = [.. Cases.Read.Where(one => one.Asked.Any(request => request.ChangesNothing)).Select(one => one.Id)];
        if (same.Length == 0)
            return Cases.Notices;
        var named = string.Join(", ", same.Take(MostNamed)) + (same.Length > MostNamed ? ", …" : "");
        return
        [
            .. Cases.Notices,
            $"{same.Length} of {Cases.Count} cases ask for the answer that is true already ({named}): "
            + "metrics that compare the two have no value there.",
        ];
    }
}
