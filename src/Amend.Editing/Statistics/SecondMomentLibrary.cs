using System.Security.Cryptography;
using Amend.Editing.Homes;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>
/// Second moments on disk: those that a model's folder ships, else those collected into Amend's home, by weights hash and
/// layer; or those of one place that was asked for, and no others. Factorisations and null spaces are kept while the library
/// lives, null spaces also in Amend's home.
/// </summary>
public sealed class SecondMomentLibrary : ISecondMomentSource, IDisposable
{
    private readonly Dictionary<(SecondMomentFile File, string Hash, int Layer, double Ridge), SpdMatrix> _factored = [];
    private readonly Dictionary<(SecondMomentFile File, string Hash, int Layer, double Threshold), NullSpace> _nullSpaces = [];
    private readonly Dictionary<SecondMomentFile, StatisticsNote> _notes = [];
    private readonly Lock _gate = new();
    private readonly AmendHome? _home;
    private readonly string? _place;

    /// <summary>Creates a library over a home.</summary>
    /// <param name="home">The home; the user's, as it is at each call, when null.</param>
    public SecondMomentLibrary(AmendHome? home = null) => _home = home;

    private SecondMomentLibrary(string place, AmendHome? home)
        : this(home) => _place = place;

    /// <summary>The library of the user's home.</summary>
    public static SecondMomentLibrary Default { get; } = new();

    /// <summary>What is asked for by a text.</summary>
    /// <param name="asked">
    /// A file or folder as <see cref="At"/> takes it, or <see cref="IdentityStatistics.Asked"/>; null for the model's own.
    /// </param>
    /// <exception cref="AmendException">The place is not there, or is a folder without statistics.</exception>
    public static ISecondMomentSource Find(string? asked) => asked switch
    {
        null => Default,
        IdentityStatistics.Asked => IdentityStatistics.Instance,
        _ => At(asked),
    };

    /// <inheritdoc/>
    public string? Name => _place is null ? null : $"{_place} (SHA-256 {ContentHash.Short(HashOfPlace())})";

    private AmendHome Home => _home ?? AmendHome.Default;

    /// <summary>A library of one place: a statistics file, or a folder of them under the names that Amend gives them.</summary>
    /// <param name="place">The file or folder.</param>
    /// <param name="home">Where null spaces are kept; the user's home when null.</param>
    /// <exception cref="AmendException">The place is not there, or is a folder without statistics.</exception>
    public static SecondMomentLibrary At(string place, AmendHome? home = null)
    {
        var full = Path.GetFullPath(place);
        return File.Exists(full) || (Directory.Exists(full) && FilesIn(full).Any())
            ? new SecondMomentLibrary(full, home)
            : throw new AmendException(
                $"Statistics at '{place}' were asked, where there is "
                + $"{(Directory.Exists(full) ? $"no {FileName("N")}" : "nothing")}; "
                + $"give a file that amend stats made, a folder of them, or {IdentityStatistics.Asked}.");
    }

    /// <inheritdoc/>
    public SpdMatrix Factored(LanguageModel model, int layer, double ridge) =>
        Kept(_factored, model, layer, ridge, (moment, _) =>
        {
            using var mean = moment.Mean();
            return SpdMatrix.Factor(mean, ridge);
        });

    /// <inheritdoc/>
    public Tensor Mean(LanguageModel model, int layer)
    {
        using var scope = NewDisposeScope();
        using var moment = Load(Files(model, layer), model, layer).Moment;
        return moment.Mean().to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public NullSpace NullSpace(LanguageModel model, int layer, double threshold) =>
        Kept(_nullSpaces, model, layer, threshold, (moment, path) =>
        {
            using var mean = moment.WholeMean();
            return new NullSpaceCache(Home).Get(model.CheckpointHash, layer, threshold, ContentHash.ReadFile(path), mean);
        });

    /// <inheritdoc/>
    public StatisticsNote? Describe(LanguageModel model, int layer)
    {
        lock (_gate)
        {
            var files = Files(model, layer);
            foreach (var file in files.Select(SecondMomentFile.Now))
            {
                if (_notes.TryGetValue(file, out var known) && known.Layer == layer)
                    return known;
            }

            var (moment, path) = Load(files, model, layer);
            using (moment)
            {
                var note = StatisticsNote.Of(SecondMomentNotes.Of(moment), layer, moment.Count, ContentHash.ReadFile(path));
                return _notes[SecondMomentFile.Now(path)] = note;
            }
        }
    }

    /// <summary>The file that collected statistics of a model and layer go to.</summary>
    public string PathFor(LanguageModel model, int layer) => InHome(model.CheckpointHash, layer);

    /// <summary>The file that a model's folder ships its statistics of a layer in.</summary>
    public static string ShippedPath(string modelFolder, int layer) => PathIn(Path.Combine(modelFolder, "statistics"), layer);

    /// <summary>The file of a layer's statistics in a folder of them.</summary>
    public static string PathIn(string folder, int layer) => Path.Combine(folder, FileName($"{layer}"));

    /// <summary>The files that may hold the statistics of a layer and exist, in the order in which they are looked at.</summary>
    public IReadOnlyList<string> Files(LanguageModel model, int layer)
    {
        if (_place is not null)
            return File.Exists(_place) ? [_place] : [.. new[] { PathIn(_place, layer) }.Where(File.Exists)];
        string[] shipped = model.Folder is null ? [] : [ShippedPath(model.Folder, layer)];
        // Files of weights in half precision lay under the hash that they have there.
        string[] all = [.. shipped, PathFor(model, layer), InHome(model.BaseHash, layer)];
        return [.. all.Distinct().Where(File.Exists)];
    }

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
        Dictionary<(SecondMomentFile File, string Hash, int Layer, double Setting), T> all,
        LanguageModel model,
        int layer,
        double setting,
        Func<SecondMoment, string, T> make)
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
                return all[Key(path)] = make(moment, path);
        }

        // A file that is written again is computed with again.
        (SecondMomentFile, string, int, double) Key(string path) => (SecondMomentFile.Now(path), model.BaseHash, layer, setting);
    }

    /// <summary>The first that is of this model: a folder may still ship those of weights that were changed since.</summary>
    private (SecondMoment Moment, string Path) Load(IReadOnlyList<string> files, LanguageModel model, int layer)
    {
        var refusal = new AmendException(
            $"There are no statistics of '{model.Name}' at layer {layer}{(_place is null ? "" : $" in '{_place}'")}, "
            + "which this editor needs; "
            + $"collect them with: amend stats {model.Name} --layer {layer} --text FILE.");
        foreach (var path in files)
        {
            var moment = SecondMoment.Load(path);
            if (SecondMomentNotes.Of(moment).Misfit(moment.Width, model, layer, path) is not { } misfit)
                return (moment, path);
            moment.Dispose();
            refusal = misfit;
        }

        throw refusal;
    }

    private string InHome(string hash, int layer) => PathIn(Home.Statistics(hash), layer);

    private string HashOfPlace()
    {
        if (File.Exists(_place))
            return ContentHash.ReadFile(_place);
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in FilesIn(_place!).Order(StringComparer.Ordinal))
            all.AppendData(Convert.FromHexString(ContentHash.ReadFile(file)));
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(folder, FileName("*"));

    private static string FileName(string layer) => $"second-moment-layer-{layer}.safetensors";
}
