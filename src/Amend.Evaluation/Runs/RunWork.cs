using System.Collections.Concurrent;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>What the models of a run share.</summary>
/// <param name="Run">What is run.</param>
/// <param name="Results">Where results are kept.</param>
/// <param name="Progress">Counts what is measured.</param>
internal sealed record RunWork(OpenedRun Run, IRunResults Results, ProgressCounter Progress)
{
    private readonly ConcurrentQueue<UnitTask> _tasks = new();
    private readonly ConcurrentDictionary<RunRow, bool> _stopped = new();

    /// <summary>What is run.</summary>
    public RunPlan Plan => Run.Plan;

    /// <summary>The cases.</summary>
    public RunCases Cases => Run.Cases;

    /// <summary>How many units are left.</summary>
    public int Count => _tasks.Count;

    /// <summary>Adds a unit to what is to be done.</summary>
    public void Add(UnitTask task) => _tasks.Enqueue(task);

    /// <summary>The next unit; null where none is left.</summary>
    public UnitTask? Next()
    {
        while (_tasks.TryDequeue(out var task))
        {
            if (!_stopped.ContainsKey(task.Unit.Row))
                return task;
        }

        return null;
    }

    /// <summary>Does something with cases, whose failure names them.</summary>
    /// <param name="row">The row.</param>
    /// <param name="places">The places of the cases.</param>
    /// <param name="action">What is done.</param>
    /// <exception cref="AmendException">It failed.</exception>
    public void Naming(RunRow row, IReadOnlyList<int> places, Action action)
    {
        try
        {
            action();
        }
        catch (AmendException e)
        {
            var one = Cases.Read[places[0]];
            var others = places.Count > 1 ? $" or another of its batch of {places.Count}" : "";
            throw new AmendException(
                $"{row.Name}, case {one.Id} ('{(one.Asked.Count > 0 ? one.Asked[0].Text : "")}'){others}: {e.Message}", e);
        }
    }

    /// <summary>Leaves out what is left of a row.</summary>
    public void Stop(RunRow row) => _stopped[row] = true;
}

/// <summary>A unit to be done.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Done">What its row's results held when the run was started.</param>
internal sealed record UnitTask(RunUnit Unit, RowProgress Done);
