using System.Globalization;
using Amend.Editing.HyperNetworks.Files;
using Amend.Reports.Pages;
using Amend.Reports.Plots;
using Amend.Tensors.Files;

namespace Amend.Reports.Training;

/// <summary>A trained network as a page that needs nothing else.</summary>
public static class NetworkPage
{
    /// <summary>The page.</summary>
    public static HtmlPage Of(NetworkDetails network)
    {
        var record = network.Record;
        var page = new HtmlPage(network.Id, $"Network of {record.Editor} for {record.Model}");
        page.Paragraph(
            $"Trained on {record.Data.Train} requests of {record.Data.Source}, measured on {record.Data.Validation} others; "
            + $"the tensors of step {record.KeptStep} of {record.Steps} were kept.");
        page.Figures(
        [
            .. Pictures(network)
                .Where(picture => picture.Picture is not null)
                .Select(picture => new PageFigure(picture.Title, picture.Picture!)),
        ]);
        page.Heading("Figures");
        page.Facts(record.Figures.Select(figure => (figure.Key, Number(figure.Value))));
        page.Heading("Settings");
        var split = record.Data.Split;
        page.Facts(
        [
            ("Weights' hash", ContentHash.Short(record.BaseWeightsHash)),
            ("Data's hash", ContentHash.Short(record.Data.Hash)),
            ("Held out", split is null ? "data of its own" : $"{Number(split.Share)} of the prompts, by seed {split.Seed}"),
            ("Layers", string.Join(", ", record.Layers)),
            ("Seed", record.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Seconds", record.Seconds.ToString("F0", CultureInfo.InvariantCulture)),
            .. record.Settings.Select(setting => (setting.Key, setting.Value?.ToJsonString() ?? "null")),
        ]);
        return page;
    }

    private static (string Title, PlotPicture? Picture)[] Pictures(NetworkDetails network) =>
        [("Success and locality", TrainingFigures.Shares(network.Curve)), ("Loss", TrainingFigures.Losses(network.Curve))];

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
