using System.Globalization;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;

namespace Amend.Cli.Rendering;

/// <summary>Trained networks for people.</summary>
internal static class NetworkView
{
    /// <summary>Points of a curve that are printed, at most.</summary>
    private const int MostPoints = 12;

    /// <summary>Networks beside each other.</summary>
    public static void Print(NetworkList list)
    {
        if (list.Networks.Count == 0)
        {
            Terminal.Line("There are no trained networks; train one with: amend train EDITOR --model MODEL --data FORMAT:PATH.");
            return;
        }

        var table = Terminal.Table("network", "editor", "model", "data", "steps", "success", "locality", "MB", "from")
            .Numbers(4, 5, 6, 7).Whole(0);
        foreach (var network in list.Networks)
        {
            var (record, megabytes) = (network.Record, Megabytes(network.Bytes));
            var from = network.IsShipped ? "shipped" : "home";
            if (record is null)
                table.Row(network.Id, "broken", "", "", "", "", "", megabytes, from);
            else
            {
                table.Row(
                    network.Id, record.Editor, record.Model, record.Data.Source, $"{record.Steps}",
                    Share(record, NetworkFigures.Success), Share(record, NetworkFigures.Locality), megabytes, from);
            }
        }

        Terminal.Write(table);
        foreach (var network in list.Networks.Where(network => network.Problem is not null))
            Terminal.Line(network.Problem!);
    }

    /// <summary>One network with all it says of itself.</summary>
    /// <param name="network">The network.</param>
    /// <param name="folder">Where its curves were written; null for nowhere.</param>
    public static void Print(NetworkDetails network, string? folder)
    {
        var record = network.Record;
        var grid = Terminal.List();
        grid.Row("network", $"{network.Id}, trained {record.Time:yyyy-MM-dd HH:mm} UTC by amend {record.Version}");
        grid.Row("file", $"{network.Path}, {Megabytes(network.Bytes)} MB{(network.IsShipped ? ", shipped with the model" : "")}");
        grid.Row("model", $"{record.Model} ({record.ModelType}), weights {ContentHash.Short(record.BaseWeightsHash)}");
        grid.Row("changes", $"{Terminal.Count(record.Weights.Count, "weight")} of layers {string.Join(", ", record.Layers)}");
        grid.Row("data", Describe(record.Data));
        var time = Duration.Text(TimeSpan.FromSeconds(record.Seconds));
        grid.Row("training", $"{record.Steps} steps in {time}, seed {record.Seed}; kept: step {record.KeptStep}");
        grid.Row("figures", string.Join('\n', record.Figures.Select(figure => $"{figure.Key} = {TrainingLines.Number(figure.Value)}")));
        grid.Row("settings", string.Join('\n', record.Settings.Select(s => $"{s.Key} = {s.Value?.ToJsonString() ?? "null"}")));
        grid.Row("tensors", $"SHA-256 {record.TensorsHash}");
        Terminal.Write(grid);
        Print(network.Curve);
        if (folder is not null)
            Terminal.Line($"pictures and a page in {folder}");
    }

    /// <summary>What a training gave.</summary>
    /// <param name="file">The network.</param>
    /// <param name="model">What the model was called on the command line.</param>
    /// <param name="wasTrained">Whether it was there already.</param>
    public static void Print(NetworkFile file, string model, bool wasTrained)
    {
        Print(file.Curve);
        var record = file.Record;
        Terminal.Line(
            $"{record.Id}: {TrainingLines.Text(record.Figures)} at step {record.KeptStep} of {record.Steps}, "
            + $"{Megabytes(file.Bytes)} MB, in {file.Path}");
        if (wasTrained)
            Terminal.Line("It was trained before from the same data, settings and seed; nothing was done.");
        Terminal.Line($"Edit with it: amend edit {model} --editor {record.Editor} …");
    }

    /// <summary>What was removed.</summary>
    public static void Print(StoredNetwork removed, IReadOnlyList<string> edits)
    {
        Terminal.Line($"removed {removed.Name}, {removed.Path}");
        if (edits.Count > 0)
        {
            Terminal.Line(
                $"{Terminal.Count(edits.Count, "edit")} made with it: {string.Join(", ", edits)}; "
                + "they hold their changes and keep working.");
        }
    }

    private static void Print(TrainingCurve curve)
    {
        string[] training = [.. curve.Points.SelectMany(point => point.Training.Keys).Distinct()];
        string[] validation = [.. curve.Points.SelectMany(point => point.Validation.Keys).Distinct()];
        var table = Terminal.Table(["step", .. training, .. validation.Select(name => $"validation {name}")])
            .Numbers([.. Enumerable.Range(0, 1 + training.Length + validation.Length)]);
        foreach (var point in Spread(curve.Points))
        {
            table.Row(
            [
                $"{point.Step}",
                .. training.Select(name => Number(point.Training, name)),
                .. validation.Select(name => Number(point.Validation, name)),
            ]);
        }

        Terminal.Write(table);
    }

    /// <summary>So many points that they can be read, the first and the last among them.</summary>
    private static IEnumerable<CurvePoint> Spread(IReadOnlyList<CurvePoint> points) => points.Count <= MostPoints
        ? points
        : Enumerable.Range(0, MostPoints).Select(at => points[at * (points.Count - 1) / (MostPoints - 1)]);

    private static string Describe(NetworkDataNote data)
    {
        var split = data.Split is { } parted
            ? $", {Terminal.Percent(parted.Share)} of the prompts held out by seed {parted.Seed}"
            : "";
        return $"{data.Source}: {data.Train} requests, {data.Validation} for validation{split}; SHA-256 {ContentHash.Short(data.Hash)}";
    }

    private static string Number(IReadOnlyDictionary<string, double> figures, string name) =>
        figures.TryGetValue(name, out var value) ? TrainingLines.Number(value) : "";

    private static string Share(NetworkRecord record, string figure) =>
        record.Figures.TryGetValue(figure, out var value) ? Terminal.Share(value) : "";

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);
}
