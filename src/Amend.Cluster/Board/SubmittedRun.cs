using System.Text.Json;
using Amend.Cluster.Orders;
using Amend.Editing.Stores;
using Amend.Evaluation.Runs;
using Amend.Tensors.Files;

namespace Amend.Cluster.Board;

/// <summary>What the board keeps of a run.</summary>
/// <param name="Described">As JSON what the run is, with <c>suite</c> and <c>model</c>.</param>
/// <param name="Hash">The hash by which it is known when it is submitted again.</param>
/// <param name="Order">What workers are told.</param>
internal sealed record SubmittedRun(string Described, string Hash, WorkOrder Order)
{
    /// <summary>Whether the units of a row must follow each other.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>A run of an evaluation.</summary>
    public static SubmittedRun Of(RunDescription run, WorkOrder order) =>
        new(JsonSerializer.Serialize(run, EditJson.Options), run.Hash(), order)
        {
            // A guard may end a row, so that what follows must not be begun before.
            KeepsOrder = run.Guard is { OnBreach: OnBreach.Stop },
        };

    /// <summary>A run that is cut into parts.</summary>
    public static SubmittedRun Of(PartedRun run, WorkOrder order)
    {
        var described = JsonSerializer.Serialize(run, EditJson.Options);
        return new SubmittedRun(described, ContentHash.Of(described + JsonSerializer.Serialize(order, EditJson.Options)), order);
    }
}

/// <summary>What a run is whose units are parts, each with a file of its own to begin from.</summary>
/// <param name="Suite">What it is of, as it is listed.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Inputs">A hash of what the units begin from.</param>
internal sealed record PartedRun(string Suite, string Model, string Inputs)
{
    /// <summary>The row of all parts.</summary>
    internal const string Row = "parts";
}

/// <summary>A unit as it is submitted.</summary>
/// <param name="Number">Its number in the run.</param>
/// <param name="Id">Its id.</param>
/// <param name="Row">Its row.</param>
internal readonly record struct SubmittedUnit(int Number, string Id, string Row)
{
    /// <summary>What it begins from; null where that is in the order.</summary>
    public byte[]? Given { get; init; }
}
