using Amend.Shipping.Auditing;

namespace Amend.Cli.Rendering;

/// <summary>What an audit found, for people.</summary>
internal static class AuditView
{
    private const int MostWeights = 40;

    private static readonly Dictionary<ChangeKind, string> Looks = new()
    {
        [ChangeKind.Rome] = "an edit by ROME or its kin",
        [ChangeKind.Memit] = "edits by MEMIT or its kin, or several by ROME",
        [ChangeKind.Lora] = "a merged LoRA adapter, or other low-rank changes",
        [ChangeKind.FineTuning] = "fine-tuning",
    };

    /// <summary>Prints it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="model">What the base was called on the command line.</param>
    public static void Print(AuditReport report, string model)
    {
        if (report.Changed.Count > 0)
            Print(report.Changed);
        Terminal.Line(report.Looks == ChangeKind.Nothing
            ? $"None of {report.Parameters} parameters differs: they are equal bit for bit."
            : $"{report.Changed.Count} of {report.Parameters} parameters differ: it looks like {Looks[report.Looks]} ({report.Because}).");
        if (report.Edit is { } id)
            Terminal.Line($"kept as edit {id}; take it back with: amend revert {model} {id}");
    }

    private static void Print(IReadOnlyList<AuditedWeight> weights)
    {
        var table = new ChangeTable("in the first");
        foreach (var weight in weights.Take(MostWeights))
            table.Row(weight.Weight, weight.Shape, weight.Norm, weight.Relative, weight.Rank, weight.FirstShare);
        table.Print();
        Terminal.More(weights.Count - MostWeights);
    }
}
