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
    private readonly Dictionary<(string Hash, int Layer, double Ridge), SpdMatrix> _factored = [];
    private readonly Lock _gate = new();
    private readonly AmendHome _home;

    /// <summary>Creates a library over a home.</summary>
    public SecondMomentLibrary(AmendHome home) => _home = home;

    /// <summary>The library of the user's home.</summary>
    public static SecondMomentLibrary Default { get; } = new(AmendHome.Default);

    /// <inheritdoc/>
    public SpdMatrix Factored(LanguageModel model, int layer, double ridge)
    {
        lock (_gate)
        {
            var key = (model.BaseHash, layer, ridge);
            if (_factored.TryGetValue(key, out var matrix))
                return matrix;
            using var moment = Load(model, layer);
            using var mean = moment.Mean();
            return _factored[key] = SpdMatrix.Factor(mean, ridge);
        }
    }

    /// <summary>The file that collected statistics of a model and layer go to.</summary>
    public string PathFor(LanguageModel model, int layer) =>
        Path.Combine(_home.Folder, "statistics", model.BaseHash[..16], FileName(layer));

    /// <summary>The file that a model's folder ships its statistics of a layer in.</summary>
    public static string ShippedPath(string modelFolder, int layer) => Path.Combine(modelFolder, "statistics", FileName(layer));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var matrix in _factored.Values)
            matrix.Dispose();
        _factored.Clear();
    }

    private SecondMoment Load(LanguageModel model, int layer)
    {
        var path = new[] { model.Folder is null ? null : ShippedPath(model.Folder, layer), PathFor(model, layer) }.FirstOrDefault(File.Exists)
            ?? throw new AmendException(
                $"There are no statistics of '{model.Name}' at layer {layer}, which this editor needs; collect them with: amend stats {model.Name} --layer {layer} --text FILE.");
        var moment = SecondMoment.Load(path);
        try
        {
            SecondMomentCollector.CheckBelongs(moment, model, layer, path);
            return moment;
        }
        catch
        {
            moment.Dispose();
            throw;
        }
    }

    private static string FileName(int layer) => $"second-moment-layer-{layer}.safetensors";
}
