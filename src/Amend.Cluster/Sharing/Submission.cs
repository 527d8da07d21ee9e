using Amend.Cluster.Orders;
using Amend.Editing.Homes;
using Amend.Evaluation.Orders;
using Amend.Models;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Cluster.Sharing;

/// <summary>Makes of an order what workers on other machines need: names for what comes with the program, hashes for all else.</summary>
/// <param name="store">The shared store; null where there is none, and all must come with the program.</param>
/// <param name="home">Amend's home, which has statistics and networks of models.</param>
public sealed class Submission(SharedStore? store, AmendHome home)
{
    private readonly Dictionary<string, SharedFile> _files = [];

    /// <summary>Shares what an order and its model need.</summary>
    /// <param name="order">The order.</param>
    /// <param name="model">The model, as it was loaded.</param>
    /// <param name="path">The model's folder or file.</param>
    /// <param name="type">The type of its weights in memory.</param>
    /// <exception cref="AmendException">Something must be shared, and there is no store, or it cannot be written.</exception>
    public SharedOrder Share(RunOrder order, LanguageModel model, string path, ScalarType type)
    {
        _files.Clear();
        var files = order.Find();
        var isEmbedded = !order.Suite.Contains(':', StringComparison.Ordinal);
        var whole = isEmbedded ? order : order with { Snippets = files.SnippetsPath, FixedText = files.FixedTextPath };
        string?[] beside = [whole.Stream?.Upstream, whole.Stream?.Holdout, whole.Stream?.Replay];
        foreach (var data in (string?[])[whole.Suite, whole.Probe, whole.Retain, .. beside])
            AddData(data);
        foreach (var file in (string?[])[whole.Snippets, whole.FixedText, Moments(whole)])
            Add(file, file);
        var reference = Reference(model, path, type) with
        {
            HomeFiles = store is null ? new Dictionary<string, string>() : Shared(home.Folder, HomeFiles(model)),
        };
        return new SharedOrder(whole, reference) { Files = new Dictionary<string, SharedFile>(_files) };
    }

    private static string? Moments(RunOrder order) => order.Statistics is null or "identity" ? null : order.Statistics;

    private void AddData(string? name)
    {
        if (name?.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            Add(name, name[(colon + 1)..]);
    }

    private void Add(string? name, string? path)
    {
        if (name is null || _files.ContainsKey(name))
            return;
        if (!File.Exists(path))
            throw new AmendException($"'{path}' is no file, and files alone are shared with workers; give one.");
        _files[name] = new SharedFile(Path.GetFileName(path), StoreFor(path).Put(path));
    }

    /// <summary>Shares a model, without what editors use of it.</summary>
    /// <param name="model">The model, as it was loaded.</param>
    /// <param name="path">Its folder or file.</param>
    /// <param name="type">The type of its weights in memory.</param>
    /// <exception cref="AmendException">It must be shared, and there is no store, or it cannot be written.</exception>
    public ModelReference Reference(LanguageModel model, string path, ScalarType type)
    {
        var reference = new ModelReference(Path.GetFileName(path.TrimEnd(Path.DirectorySeparatorChar)), model.BaseHash, type);
        if (Path.GetFullPath(path).StartsWith(ModelLocator.EmbeddedFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return reference;
        string[] files = File.Exists(path) ? [path]
            : Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories)
            : throw new AmendException(
                $"'{path}' is a model in several places, which workers cannot be given; merge it first (amend export --to hf).");
        var root = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        return reference with { Files = Shared(root, files) };
    }

    private IEnumerable<string> HomeFiles(LanguageModel model)
    {
        string[] hashes = [.. new[] { model.BaseHash, model.CheckpointHash }.Distinct()];
        string[] editors = Directory.Exists(home.AllNetworks) ? Directory.GetDirectories(home.AllNetworks) : [];
        string[] Of(string hash) => [home.Statistics(hash), .. editors.Select(editor => home.Networks(Path.GetFileName(editor), hash))];
        return hashes.SelectMany(Of)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories));
    }

    private Dictionary<string, string> Shared(string root, IEnumerable<string> files) =>
        files.ToDictionary(file => Path.GetRelativePath(root, file).Replace('\\', '/'), file => StoreFor(file).Put(file));

    private SharedStore StoreFor(string file) => store ?? throw new AmendException(
        $"'{file}' does not come with Amend, and workers on other machines need it; "
        + "give a folder that all of them see with --share FOLDER.");
}
