using System.Xml.Linq;
using Amend.Editing.Homes;
using Amend.Editing.HyperNetworks.Files;
using Amend.Reports.Training;
using Amend.Tensors.Optimization;
using Amend.Testing.HyperNetworks;

namespace Amend.Reports.Tests.Training;

public sealed class NetworkFolderTests
{
    [Fact]
    public void A_networks_folder_holds_its_curves_as_pictures_points_and_a_page_that_needs_nothing_else()
    {
        using var folder = new TempFolder();
        var network = Sample(folder);

        NetworkFolder.Write(folder.File("out"), network);

        Assert.All(["shares.png", "loss.png"], name => Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(folder.File($"out/{name}")).Take(4)));
        Assert.All(["shares.svg", "loss.svg"], name => Assert.Equal("svg", XDocument.Load(folder.File($"out/{name}")).Root!.Name.LocalName));
        Assert.Equal(
            network.Curve.Points.Select(point => (point.Step, point.Validation.Count)),
            TrainingCurve.ReadPoints(folder.File("out/curve.jsonl")).Select(point => (point.Step, point.Validation.Count)));
        var page = File.ReadAllText(folder.File("out/index.html"));
        Assert.Contains($"Network of rate for atlas-gpt", page, StringComparison.Ordinal);
        Assert.Contains("the tensors of step 1150 of 1200 were kept", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_curve_says_in_words_where_it_begins_and_ends()
    {
        using var folder = new TempFolder();

        var picture = TrainingFigures.Shares(Sample(folder).Curve)!;

        Assert.Equal("per cent of validation by step: success from 15.35 to 98.17; locality from 63.2 to 94.59.", picture.Description);
    }

    [Fact]
    public void A_training_without_a_figure_has_no_picture_of_it()
    {
        var curve = new TrainingCurve([new CurvePoint(10, 1, new Dictionary<string, double> { ["loss"] = 2 }, new Dictionary<string, double>())]);

        Assert.Null(TrainingFigures.Shares(curve));
        Assert.NotNull(TrainingFigures.Losses(curve));
    }

    private static NetworkDetails Sample(TempFolder folder)
    {
        var home = new AmendHome(folder.File("home"));
        var id = SampleNetwork.Write(home, new string('a', 64));
        using var store = new NetworkStore(home);
        return NetworkDetails.Of(store.Get(id, []));
    }
}
