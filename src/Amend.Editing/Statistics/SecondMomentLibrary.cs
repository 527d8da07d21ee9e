using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>
/// Second moments on disk: those that a model's folder ships, else those collected into Amend's home, by weights hash and
/// layer. Factorisations and null spaces are kept while the library lives.
/// </summary>
public sealed class SecondMomentLibrary : ISecondMomentSource, IDisposable
{
    private readonly Dictionary<(string Path, DateTime Written, string Hash, int Layer, double Ridge), SpdMatrix> _factored = [];
    private readonly Dictionary<(string Path, DateTime Written, string Hash, int Layer, double Threshold), NullSpace> _nullSpaces = [];
    private readonly Lock _gate = new();
    private readonly AmendHome? _home;

    /// <summary>Creates a library over a home.</summary>
    /// <param name="home">The home; the user's, as it is at each call, when null.</param>
    public SecondMomentLibrary(AmendHome? home = null) => _home = home;

    /// <summary>The library of the user's home.</summary>
    public static SecondMomentLibrary Default { get; } = new();

    /// <inheritdoc/>
    public SpdMatrix Factored(LanguageModel model, int layer, double ridge) =>
        Kept(_factored, model, layer, ridge, mean => SpdMatrix.Factor(mean, ridge));

    /// <inheritdoc/>
    public Tensor Mean(LanguageModel model, int layer)
    {
        using var scope = NewDisposeScope();
        using var moment = Load(Files(model, layer), model, layer).Moment;
        return moment.Mean().to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public NullSpace NullSpace(LanguageModel model, int layer, double threshold) =>
        Kept(_nullSpaces, model, layer, threshold, mean => Tensors.LinearAlgebra.NullSpace.Below(mean, threshold));

    /// <summary>The file that collected statistics of a model and layer go to.</summary>
    public string PathFor(LanguageModel model, int layer) =>
        Path.Combine((_home ?? AmendHome.Default).Folder, "statistics", model.BaseHash[..16], FileName(layer));

    /// <summary>The file that a model's folder ships its statistics of a layer in.</summary>
    public static string ShippedPath(string modelFolder, int layer) => Path.Combine(modelFolder, "statistics", FileName(layer));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var matrix in _factored.Values)
                matrix.Dispose();
            _factored.Clear();
            foreach (var space in _nullSpaces.Values)
                space.Dispose();
            _nullSpaces.Clear();
        }
    }

    private T Kept<T>(
        Dictionary<(string Path, DateTime Written, string Hash, int Layer, double Setting), T> all, LanguageModel model, int layer, double setting, Func<Tensor, T> make)
    {
        lock (_gate)
        {
            var files = Files(model, layer);
            foreach (var file in files)
            {
                if (all.TryGetValue(Key(file), out var known))
                    return known;
            }

            var (moment, path) = Load(files, model, layer);
            using (moment)
            {
                using var mean = moment.Mean();
                return all[Key(path)] = make(mean);
            }
        }

        // A file that is written again is computed with again.
        (string, DateTime, string, int, double) Key(string path) => (path, File.GetLastWriteTimeUtc(path), model.BaseHash, layer, setting);
    }

    /// <summary>The files that may hold the statistics and exist, the shipped one first.</summary>
    private List<string> Files(LanguageModel model, int layer)
    {
        string[] shipped = model.Folder is null ? [] : [ShippedPath(model.Folder, layer)];
        return [.. shipped.Append(PathFor(model, layer)).Where(File.Exists)];
    }

    /// <summary>The first that is of this model: a folder may still ship those of weights that were changed since.</summary>
    private static (SecondMoment Moment, string Path) Load(List<string> files, LanguageModel model, int layer)
    {
        var refusal = new AmendException(
            $"There are no statistics of '{model.Name}' at layer {layer}, which this editor needs; collect them with: amend stats {model.Name} --layer {layer} --text FILE.");
        foreach (var path in files)
        {
            var moment = SecondMoment.Load(path);
            if (SecondMomentCollector.Misfit(moment, model, layer, path) is not { } misfit)
                return (moment, path);
            moment.Dispose();
            refusal = misfit;
        }

        throw refusal;
    }

    private static string FileName(int layer) => $"second-moment-layer-{layer}.safetensors";
}
