using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>
/// The weights of a model folder in Hugging Face form, one file or many shards, read as one set of names.
/// Loading from several threads at once is safe.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";
    private const int MostListed = 5;

    private readonly List<SafeTensorsFile> _files;
    private readonly Dictionary<string, SafeTensorsFile> _fileOf;

    private Checkpoint(string folder, List<SafeTensorsFile> files, Dictionary<string, SafeTensorsFile> fileOf)
    {
        Folder = folder;
        _files = files;
        _fileOf = fileOf;
        Names = [.. fileOf.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The folder that was opened.</summary>
    public string Folder { get; }

    /// <summary>The names of all tensors, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The open files, in the order of their names: one, or the shards.</summary>
    public IReadOnlyList<SafeTensorsFile> Files => _files;

    /// <summary>
    /// Opens <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> names; the caller disposes.
    /// </summary>
    /// <exception cref="AmendException">The folder has neither, or the index or a shard is missing, broken or at odds.</exception>
    public static Checkpoint Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
            throw new AmendException($"There is no folder '{folder}'; give a model folder in Hugging Face form.");
        var single = Path.Combine(folder, SingleFile);
        if (File.Exists(single))
            return OpenSingle(folder, single);
        var index = Path.Combine(folder, IndexFile);
        if (File.Exists(index))
            return OpenShards(folder, CheckpointIndex.Read(index));
        throw new AmendException(
            $"'{folder}' has neither {SingleFile} nor {IndexFile} but {Found(folder)}; "
            + "give a model folder in Hugging Face form with safetensors weights.");
    }

    /// <summary>Whether the checkpoint has a tensor of this name.</summary>
    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>What the checkpoint says of a tensor.</summary>
    /// <exception cref="AmendException">There is no tensor of this name.</exception>
    public TensorEntry Entry(string name) => FileOf(name).Entry(name);

    /// <summary>Reads one tensor to the CPU; the caller disposes.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">The type to convert to; the file's own where it is not given.</param>
    /// <exception cref="AmendException">There is no tensor of this name, or its file changed after it was opened.</exception>
    public Tensor Load(string name, ScalarType? dtype = null) => FileOf(name).Load(name, dtype);

    /// <summary>Closes the files; tensors loaded from them stay.</summary>
    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static Checkpoint OpenSingle(string folder, string path)
    {
        var file = SafeTensorsFile.Open(path);
        return new(folder, [file], file.Entries.ToDictionary(entry => entry.Name, _ => file, StringComparer.Ordinal));
    }

    private static Checkpoint OpenShards(string folder, CheckpointIndex index)
    {
        var shards = new SortedDictionary<string, SafeTensorsFile>(StringComparer.Ordinal);
        try
        {
            RefuseMissing(folder, index);
            foreach (var shard in index.ShardOf.Values.Distinct(StringComparer.Ordinal))
                shards.Add(shard, SafeTensorsFile.Open(Path.Combine(folder, shard)));
            var fileOf = index.ShardOf.ToDictionary(
                pair => pair.Key, pair => Holding(index, pair.Key, shards[pair.Value]), StringComparer.Ordinal);
            return new(folder, [.. shards.Values], fileOf);
        }
        catch
        {
            foreach (var file in shards.Values)
                file.Dispose();
            throw;
        }
    }

    private static void RefuseMissing(string folder, CheckpointIndex index)
    {
        var missing = index.ShardOf.Values
            .Distinct(StringComparer.Ordinal)
            .Where(shard => !File.Exists(Path.Combine(folder, shard)))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (missing.Count > 0)
        {
            throw new AmendException(
                $"'{index.Path}' names {missing.Count} shard(s) that '{folder}' lacks: {Listed(missing)}; "
                + "download the checkpoint again.");
        }
    }

    private static SafeTensorsFile Holding(CheckpointIndex index, string name, SafeTensorsFile shard) =>
        shard.Contains(name)
            ? shard
            : throw new AmendException(
                $"'{index.Path}' places tensor {ShownName.Of(name)} in '{shard.Path}', which does not have it; "
                + "download the checkpoint again.");

    private static string Found(string folder)
    {
        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
        return names.ToList() is { Count: > 0 } found ? Listed(found) : "no file at all";
    }

    private static string Listed(List<string> names)
    {
        var more = names.Count > MostListed ? $" and {names.Count - MostListed} more" : "";
        return string.Join(", ", names.Take(MostListed).Select(ShownName.Of)) + more;
    }

    private SafeTensorsFile FileOf(string name) =>
        _fileOf.TryGetValue(name, out var file)
            ? file
            : throw new AmendException(
                $"'{Folder}' has no tensor {ShownName.Of(name)}; {KnownNames.Describe(name, Names)}.");
}
