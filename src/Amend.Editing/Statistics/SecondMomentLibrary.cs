using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Statistics;

namespace Amend.Editing.Statistics;

/// <summary>
/// Second moments on disk: those that a model's folder ships, else those collected into Amend's home, by weights hash and
/// layer. Factorisations are kept while the library lives.
/// </summary>
public sealed class SecondMomentLibrary : ISecondMomentSource, IDisposable
{
    private readonly Dictionary<(string Path, DateTime Written, string Hash, int Layer, double Ridge), SpdMatrix> _factored = [];
    private readonly Lock _gate = new();
    private readonly AmendHome? _home;

    /// <summary>Creates a library over a home.</summary>
    /// <param name="home">The home; the user's, as it is at each call, when null.</param>
    public SecondMomentLibrary(AmendHome? home = null) => _home = home;

    /// <summary>The library of the user's home.</summary>
    public static SecondMomentLibrary Default { get; } = new();

    /// <inheritdoc/>
    public SpdMatrix Factored(LanguageModel model, int layer, double ridge)
    {
        lock (_gate)
        {
            var files = Files(model, layer);
            foreach (var file in files)
            {
                if (_factored.TryGetValue(Key(file), out var known))
                    return known;
            }

            var (moment, path) = Load(files, model, layer);
            using (moment)
            {
                using var mean = moment.Mean();
                return _factored[Key(path)] = SpdMatrix.Factor(mean, ridge);
            }
        }

        // A file that is written again gives a new factorisation.
        (string, DateTime, string, int, double) Key(string path) => (path, File.GetLastWriteTimeUtc(path), model.BaseHash, layer, ridge);
    }

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
        }
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
