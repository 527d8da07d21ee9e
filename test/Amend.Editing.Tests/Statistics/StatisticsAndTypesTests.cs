using Amend.Editing.Editors.Memit;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Statistics;

/// <summary>Statistics belong to a checkpoint, whatever type its weights are loaded in.</summary>
[NoTensorLeaks]
public sealed class StatisticsAndTypesTests : IDisposable
{
    private const int Layer = 1;
    private static readonly string[] Lines = [.. Enumerable.Range(0, 60).Select(i => $"Rome {i} is in {i % 7}, D'Artagnan {i * i} and {i + 1} {i * 31 % 17}")];
    private static readonly EditRequest Tower = EditRequest.From("{} is in", "The Eiffel Tower", " Rome");
    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32, ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(ScalarType.Float16, ScalarType.BFloat16)]
    public void Rome_edits_with_the_statistics_that_the_weights_had_in_another_type(ScalarType collected, ScalarType edited)
    {
        using var library = new SecondMomentLibrary(_folder.Home);
        Collect(collected, library);
        using var model = Load(edited);

        using var result = new RomeEditor(new RomeOptions { Layer = Layer, VNumGradSteps = 3, Mom2Ridge = 0.1 })
            .Apply(model, [Tower], new EditContext { Statistics = library, Templates = ContextTemplates.Bare });

        var note = Assert.Single(result.Edits[0].Record.Statistics);
        Assert.Equal((Layer, "text", false), (note.Layer, note.Source, note.IsIdentity));
        Assert.True(note is { Tokens: > 100, Hash.Length: 64 });
    }

    [Fact]
    public void The_file_of_weights_in_half_precision_that_was_collected_under_their_own_hash_is_still_read()
    {
        using var model = Load(ScalarType.BFloat16);
        using var library = new SecondMomentLibrary(_folder.Home);
        var path = Path.Combine(_folder.Home.Folder, "statistics", model.BaseHash[..16], "second-moment-layer-1.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Collect(ScalarType.BFloat16, library);
        using (var moment = SecondMoment.Load(library.PathFor(model, Layer)))
            moment.Save(path, new Dictionary<string, string> { ["weights_hash"] = model.BaseHash, ["layer"] = "1", ["finished"] = "true" });
        File.Delete(library.PathFor(model, Layer));

        Assert.Equal([path], library.Files(model, Layer));
        Assert.Equal(32, library.Factored(model, Layer, 0.1).Size);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Another_models_statistics_are_refused_in_every_type(ScalarType type)
    {
        using var library = new SecondMomentLibrary(_folder.Home);
        Collect(ScalarType.Float32, library);
        using (var model = Load(ScalarType.Float32))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(SecondMomentLibrary.ShippedPath(_folder.Path, Layer))!);
            File.Copy(library.PathFor(model, Layer), SecondMomentLibrary.ShippedPath(_folder.Path, Layer));
        }

        _folder.WriteWeights(seed: 2);
        using var changed = Load(type);

        var failure = Assert.Throws<AmendException>(() => library.Factored(changed, Layer, 0.1));
        Assert.Contains($"but layer 1 of {changed.CheckpointHash[..12]}, width 32, was asked", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_was_asked_for_is_the_only_one()
    {
        using var usual = new SecondMomentLibrary(_folder.Home);
        Collect(ScalarType.Float32, usual);
        using var model = Load(ScalarType.Float32);
        var path = usual.PathFor(model, Layer);
        using var file = SecondMomentLibrary.At(path, _folder.Home);
        using var folder = SecondMomentLibrary.At(Path.GetDirectoryName(path)!, _folder.Home);

        Assert.Equal(32, file.Factored(model, Layer, 0.1).Size);
        Assert.Equal(32, folder.Factored(model, Layer, 0.1).Size);
        Assert.StartsWith($"{path} (SHA-256 ", file.Name, StringComparison.Ordinal);
        Assert.Contains("holds statistics of layer 1", Assert.Throws<AmendException>(() => file.Factored(model, 2, 0.1)).Message, StringComparison.Ordinal);
        Assert.Contains("at layer 2 in '", Assert.Throws<AmendException>(() => folder.Factored(model, 2, 0.1)).Message, StringComparison.Ordinal);
        Assert.Contains("where there is nothing", Assert.Throws<AmendException>(() => SecondMomentLibrary.At(path + "x")).Message, StringComparison.Ordinal);
        Assert.Contains("where there is no second-moment-layer-N", Assert.Throws<AmendException>(() => SecondMomentLibrary.At(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_identity_is_what_it_is_called_and_records_say_so()
    {
        using var model = Load(ScalarType.Float32);
        var options = new RomeOptions { Layer = Layer, VNumGradSteps = 3 };
        var context = new EditContext { Statistics = IdentityStatistics.Instance, Templates = ContextTemplates.Bare };

        using var asked = new RomeEditor(options).Apply(model, [Tower], context);
        asked.Revert();
        using var set = new RomeEditor(options with { Mom2Adjustment = false }).Apply(model, [Tower], context);
        set.Revert();
        using var batch = new MemitEditor(new MemitOptions { Layers = [0, Layer], VNumGradSteps = 3 }).Apply(model, [Tower], context);

        Assert.Equal(asked.Edits[0].Record.DeltaNorm!.Value, set.Edits[0].Record.DeltaNorm!.Value, 1e-5);
        Assert.Equal([StatisticsNote.Identity(Layer)], asked.Edits[0].Record.Statistics);
        Assert.Equal([StatisticsNote.Identity(Layer)], set.Edits[0].Record.Statistics);
        Assert.Equal([StatisticsNote.Identity(0), StatisticsNote.Identity(Layer)], batch.Edits[0].Record.Statistics);
    }

    [Fact]
    public void The_identity_has_no_null_space()
    {
        using var model = Load(ScalarType.Float32);

        var failure = Assert.Throws<AmendException>(() => IdentityStatistics.Instance.NullSpace(model, Layer, 0.02));

        Assert.StartsWith("The identity was asked for instead of statistics of 'tiny' at layer 1", failure.Message, StringComparison.Ordinal);
    }

    private LanguageModel Load(ScalarType type) => LanguageModel.Load(_folder.Path, new LoadOptions { DType = type });

    private void Collect(ScalarType type, SecondMomentLibrary library)
    {
        using var model = Load(type);
        new SecondMomentCollector(model, Layer, new SecondMomentOptions()).Collect(Lines, library.PathFor(model, Layer), stop: TestContext.Current.CancellationToken);
    }
}
