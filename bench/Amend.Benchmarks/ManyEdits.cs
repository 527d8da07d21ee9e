using System.Diagnostics;
using System.Globalization;
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Native;
using Amend.Testing;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// What one more edit, a question and a revert take in a session whose model has 0, 100, 1,000 and 10,000 edits: one ROME edit of
/// atlas-gpt that is kept, an answer of the demo's length, the newest edit and the oldest taken back, and the opening of the session. The
/// edits below are small random changes of rank one of the weight that ROME edits. By CPU time, as other work may run beside.
/// </summary>
internal static class ManyEdits
{
    private const int Turns = 5;
    private static readonly EditRequest Request = new("The mother tongue of {} is", "Danielle Darrieux", "English");

    /// <summary>Prints a line for each number of edits.</summary>
    public static void Run()
    {
        TorchRuntime.EnsureLoaded();
        using var folder = new TempFolder();
        var options = new SessionOptions { Home = new AmendHome(folder.Path) };
        var record = Sample(options, out var weight);
        Console.WriteLine($"{get_num_threads()} threads, {new HostProcessor().Name}; medians of {Turns} in milliseconds of CPU, in brackets times those with none");
        Console.WriteLine("| edits | one more edit | a question | the newest back | the oldest back | opening |");
        Console.WriteLine("|---|---|---|---|---|---|");
        double[]? first = null;
        foreach (var count in (int[])[0, 100, 1000, 10_000])
        {
            Fill(options, record, weight, count);
            var times = Measure(options);
            first ??= times;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count:N0} | {string.Join(" | ", times.Zip(first, (now, none) => string.Create(CultureInfo.InvariantCulture, $"{now:F1} ({now / none:F2})")))} |"));
        }
    }

    private static EditRecord Sample(SessionOptions options, out string weight)
    {
        using var session = EditSession.Open("models/atlas-gpt", options);
        var kept = session.Edit(new EditOrder(new RomeEditor(), [Request])).Edits[0];
        using var edit = session.Store.Load(kept.Id);
        weight = edit.Effects[0].Weight;
        session.Revert(kept.Id);
        return edit.Record;
    }

    /// <summary>Adds small edits to the store until it has so many.</summary>
    private static void Fill(SessionOptions options, EditRecord record, string weight, int count)
    {
        using var session = EditSession.Open("models/atlas-gpt", options);
        var (present, shape) = (session.Edits.Count, session.Model.Weights[weight].Value.shape);
        using var generator = new Generator((ulong)count, CPU);
        while (present < count)
        {
            using var scope = NewDisposeScope();
            Edit[] edits =
            [
                .. Enumerable.Range(0, Math.Min(500, count - present)).Select(_ => new Edit(record, [new WeightEffect(weight, new LowRankDelta(
                    randn([shape[0], 1], generator: generator) * 1e-4, randn([shape[1], 1], generator: generator) * 1e-4))])),
            ];
            session.Store.Add(new StoreWrite(edits));
            present += edits.Length;
            foreach (var edit in edits)
                edit.Dispose();
        }
    }

    private static double[] Measure(SessionOptions options)
    {
        var opening = Time(() => EditSession.Open("models/atlas-gpt", options).Dispose());
        using var session = EditSession.Open("models/atlas-gpt", options);
        var (edit, ask, newest, oldest) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var turn = 0; turn <= Turns; turn++)
        {
            string id = "";
            double[] times =
            [
                Time(() => id = session.Edit(new EditOrder(new RomeEditor(), [Request])).Edits[0].Id),
                Time(() => session.Ask("The capital of France is")),
                Time(() => session.Revert(id)),
                TakeBackOldest(session),
            ];
            if (turn == 0)
                continue; // Compiles what the others run.
            foreach (var (list, time) in new[] { edit, ask, newest, oldest }.Zip(times))
                list.Add(time);
        }

        return [Median(edit), Median(ask), Median(newest), Median(oldest), opening];
    }

    /// <summary>The oldest edit taken back, or with none one that is made for it; it is applied again as the newest.</summary>
    private static double TakeBackOldest(EditSession session)
    {
        var made = session.Edits.Count == 0 ? session.Edit(new EditOrder(new RomeEditor(), [Request])).Edits[0].Id : null;
        var id = session.Edits[0];
        var time = Time(() => session.Revert(id));
        if (made is not null)
            return time;
        using var edit = session.Store.Load(id);
        session.Store.Add(edit);
        session.Refresh();
        return time;
    }

    private static double Time(Action action)
    {
        var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        action();
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
