using Amend.Editing.Homes;
using Amend.Evaluation.Orders;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Server.Security;

namespace Amend.Server.Api;

/// <summary>An order for an evaluation run, as <c>amend eval</c> takes it.</summary>
/// <param name="Suite">A suite's name, or <c>FORMAT:PATH</c> under a folder that the server may read.</param>
public sealed record EvaluationBody(string Suite)
{
    /// <summary>The methods, separated by commas; those of the paper's table when null.</summary>
    public string? Editors { get; init; }

    /// <summary>The metrics, separated by commas, or <c>all</c>; those of the paper's table when null.</summary>
    public string? Metrics { get; init; }

    /// <summary>When cases are edited and measured: single, batch or sequential.</summary>
    public string Protocol { get; init; } = BuiltInProtocols.All[0].Name;

    /// <summary>Cases that are edited together; the protocol's when null.</summary>
    public int? Size { get; init; }

    /// <summary>Most cases; all when null.</summary>
    public int? Cases { get; init; }

    /// <summary>Cases to pass over first.</summary>
    public int Offset { get; init; }

    /// <summary>The seed of everything sampled.</summary>
    public int Seed { get; init; }

    /// <summary>The run; its results are kept in a folder of the home.</summary>
    /// <exception cref="Tensors.AmendException">A name is unknown, a number out of range, or a file elsewhere.</exception>
    internal RunPlan ToPlan(AllowedFolders folders, AmendHome home)
    {
        var order = new RunOrder(Suite)
        {
            Editors = Editors, Metrics = Metrics, Protocol = Protocol, Size = Size, Cases = Cases, Offset = Offset, Seed = Seed,
        };
        var plan = order.ToPlan(order.Find(folders));
        foreach (var (name, value) in plan.Rows.SelectMany(row => row.Settings))
            folders.Setting(value?.ToString() ?? name);
        return plan with
        {
            Folder = Path.Combine(home.Runs, Guid.NewGuid().ToString("N")[..12]),
            CacheFolder = home.Cache("unedited"),
        };
    }
}
