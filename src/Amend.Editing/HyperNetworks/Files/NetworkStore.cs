using System.Text.Json.Nodes;
using Amend.Editing.Homes;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Editing.HyperNetworks.Files;

/// <summary>
/// Trained networks on disk: those of Amend's home, by editor, weights hash and data hash, and those that a model's folder ships.
/// What was loaded of them is kept while the store lives. Finding and loading on several threads is safe.
/// </summary>
public sealed class NetworkStore : IDisposable
{
    private const string Ending = ".safetensors";
    private readonly Dictionary<(string Path, DateTime Written, string Model), IDisposable> _loaded = [];
    private readonly Lock _gate = new();
    private readonly AmendHome? _home;

    /// <summary>Creates a store over a home.</summary>
    /// <param name="home">The home; the user's, as it is at each call, when null.</param>
    public NetworkStore(AmendHome? home = null) => _home = home;

    /// <summary>The store of the user's home.</summary>
    public static NetworkStore Default { get; } = new();

    private AmendHome Home => _home ?? AmendHome.Default;

    /// <summary>The folder that a model's folder ships networks in.</summary>
    public static string ShippedIn(string modelFolder) => Path.Combine(modelFolder, "networks");

    /// <summary>The file that a network of the home has.</summary>
    /// <param name="editor">The editor.</param>
    /// <param name="weights">The hash of the model's weights.</param>
    /// <param name="data">The hash of the data.</param>
    /// <param name="id">The network's id.</param>
    public string PathFor(string editor, string weights, string data, string id) =>
        Path.Combine(Home.Networks(editor, weights), data[..AmendHome.HashDigits], id + Ending);

    /// <summary>The file of a network at a place: the place itself where it ends as files do, else the id's in a folder.</summary>
    internal static string PathAt(string place, string id) =>
        place.EndsWith(Ending, StringComparison.Ordinal) && !Directory.Exists(place) ? place : Path.Combine(place, id + Ending);

    /// <summary>
    /// The network that an editor uses for a model: the one that is named, else the one of the home that was trained last, else the first
    /// that the model's folder ships, by name.
    /// </summary>
    /// <param name="editor">The editor.</param>
    /// <param name="model">The model.</param>
    /// <param name="asked">
    /// An id or its beginning, the name of a shipped file without its ending, or a file's path; null for none.
    /// </param>
    /// <param name="trainedWith">Settings that its training had, by their names; none by default.</param>
    /// <exception cref="AmendException">
    /// There is none, or more than one of such a name, or the named one is another editor's, of other weights, trained otherwise or broken.
    /// </exception>
    public NetworkFile Find(string editor, LanguageModel model, string? asked = null, JsonObject? trainedWith = null)
    {
        var wanted = trainedWith ?? [];
        if (asked is not null)
        {
            var named = File.Exists(asked) ? NetworkFile.Read(asked) : Named(asked, model);
            named.RequireFor(editor, model);
            return named.Record.IsTrainedWith(wanted) ? named : throw new AmendException(
                $"The network {named.Record.Id} was trained with {InWords(wanted, named.Record.Settings)}, "
                + $"and {InWords(wanted, wanted)} was asked; name another network, or leave the setting out.");
        }

        string[] folders = [.. new[] { model.CheckpointHash, model.BaseHash }.Distinct().Select(hash => Home.Networks(editor, hash))];
        var own = folders.SelectMany(FilesIn).Select(NetworkFile.Read).Where(Fits);
        return own.MaxBy(file => file.Record.Time)
            ?? Shipped(model).Select(NetworkFile.Read).FirstOrDefault(Fits)
            ?? throw new AmendException(
                $"{editor} needs a network that was trained for the weights of '{model.Name}' ({ContentHash.Short(model.CheckpointHash)})"
                + (wanted.Count > 0 ? $" with {InWords(wanted, wanted)}" : "")
                + $", and there is none; train one with: amend train {editor} --model {model.Name} --data FORMAT:PATH"
                + $"{string.Concat(wanted.Select(setting => $" --set {InWords(setting.Key, setting.Value)}"))}.");

        bool Fits(NetworkFile file) => file.IsFor(editor, model) && file.Record.IsTrainedWith(wanted);
    }

    /// <summary>All networks: of the home, and of models' folders.</summary>
    /// <param name="modelFolders">The folders.</param>
    /// <returns>By path; a broken file with what is wrong with it.</returns>
    public IReadOnlyList<StoredNetwork> All(IEnumerable<string> modelFolders) =>
    [
        .. FilesIn(Home.AllNetworks).Select(path => Describe(path, isShipped: false)),
        .. modelFolders.SelectMany(folder => FilesIn(ShippedIn(folder))).Select(path => Describe(path, isShipped: true)),
    ];

    /// <summary>The network of an id or its beginning, or of a file's name or path, whatever editor and weights it is for.</summary>
    /// <exception cref="AmendException">There is none, or more than one, or its file is broken.</exception>
    public StoredNetwork Get(string asked, IEnumerable<string> modelFolders)
    {
        if (File.Exists(asked))
            return Describe(Path.GetFullPath(asked), isShipped: false);
        var all = All(modelFolders);
        return Single(asked, all);
    }

    /// <summary>Removes a network of the home; one that a model's folder ships is refused.</summary>
    /// <returns>What was removed.</returns>
    /// <exception cref="AmendException">There is none of the id, it is shipped, or the file cannot be removed.</exception>
    public StoredNetwork Remove(string id, IEnumerable<string> modelFolders)
    {
        var found = Single(id, All(modelFolders));
        if (found.IsShipped)
        {
            throw new AmendException(
                $"The network {found.Name} is shipped with a model, in '{found.Path}'; networks of Amend's home can be removed.");
        }

        try
        {
            File.Delete(found.Path);
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"The network {found.Name} cannot be removed from '{found.Path}' ({e.Message.TrimEnd('.')}); "
                + "make its folder writable.", e);
        }
    }

    /// <summary>What was loaded of a file for a model's weights, or is now; it belongs to the store.</summary>
    /// <typeparam name="T">What is made of a file.</typeparam>
    /// <param name="file">The file, as it is on disk now.</param>
    /// <param name="model">The model.</param>
    /// <param name="load">Loads it.</param>
    internal T Loaded<T>(NetworkFile file, LanguageModel model, Func<T> load)
        where T : class, IDisposable
    {
        lock (_gate)
        {
            var key = (file.Path, File.GetLastWriteTimeUtc(file.Path), $"{model.BaseHash} {model.Device}");
            if (_loaded.TryGetValue(key, out var known) && known is T same)
                return same;
            var made = load();
            _loaded[key] = made;
            return made;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var network in _loaded.Values)
                network.Dispose();
            _loaded.Clear();
        }
    }

    private NetworkFile Named(string asked, LanguageModel model) =>
        Single(asked, All(model.Folder is { } folder ? [folder] : [])).Required();

    private static StoredNetwork Single(string asked, IReadOnlyList<StoredNetwork> all)
    {
        var found = all.Where(network => network.Name == asked).ToList();
        if (found.Count == 0)
            found = [.. all.Where(network => network.Name.StartsWith(asked, StringComparison.Ordinal) || network.IsFile(asked))];
        var names = found.Select(network => network.Name).Distinct().ToList();
        if (names.Count == 1)
            return found[0];
        throw new AmendException(names.Count == 0
            ? $"There is no network '{asked}'{NearestName.Hint(asked, all.Select(network => network.Name))}; see amend networks."
            : $"'{asked}' is the beginning of {names.Count} networks ({string.Join(", ", names)}); give more of the id.");
    }

    /// <summary>The settings of some names, as people type them.</summary>
    private static string InWords(JsonObject names, JsonObject settings) =>
        string.Join(" and ", names.Select(setting => InWords(setting.Key, settings[setting.Key])));

    private static string InWords(string name, JsonNode? value) => $"{name}={value?.ToString() ?? "null"}";

    private static StoredNetwork Describe(string path, bool isShipped)
    {
        try
        {
            return new StoredNetwork(path, isShipped, NetworkFile.Read(path), null);
        }
        catch (AmendException e)
        {
            return new StoredNetwork(path, isShipped, null, e.Message);
        }
    }

    private static IReadOnlyList<string> Shipped(LanguageModel model) => model.Folder is { } folder ? FilesIn(ShippedIn(folder)) : [];

    private static IReadOnlyList<string> FilesIn(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*" + Ending, SearchOption.AllDirectories).Where(IsNetwork).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>What a training keeps to go on from lies in folders of its own.</summary>
    private static bool IsNetwork(string path) => !Path.GetDirectoryName(path)!.EndsWith(TrainingEnding, StringComparison.Ordinal);

    /// <summary>What the name of a folder ends with in which a training keeps what it goes on from.</summary>
    internal const string TrainingEnding = ".training";
}
