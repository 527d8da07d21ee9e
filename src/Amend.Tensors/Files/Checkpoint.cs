using Amend.Tensors.Files.PyTorch;
using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>
/// The weights of a model, read as one set of names: those of a folder in Hugging Face form, one file or many shards, or of a file
/// that is open already. Loading from several threads at once is safe.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private const int MostListed = 5;

    /// <summary>The forms in the order in which they are looked for: one file, its index, and how such a file is opened.</summary>
    private static readonly (string Single, string Index, Func<string, ITensorFile> Open)[] Forms =
    [
        ("model.safetensors", "model.safetensors.index.json", SafeTensorsFile.Open),
        ("pytorch_model.bin", "pytorch_model.bin.index.json", TorchFile.Open),
    ];

    private readonly List<ITensorFile> _files;
    private readonly Dictionary<string, ITensorFile> _fileOf;
    private readonly bool _isShapesOnly;

    private Checkpoint(string path, List<ITensorFile> files, Dictionary<string, ITensorFile> fileOf, bool isShapesOnly)
    {
        Path = path;
        _isShapesOnly = isShapesOnly;
        _files = files;
        _fileOf = fileOf;
        Names = [.. fileOf.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The folder or the file that was opened.</summary>
    public string Path { get; }

    /// <summary>The names of all tensors, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The names that the index places in a shard that does not have them, with that shard's path.</summary>
    public IReadOnlyDictionary<string, string> Absent { get; private init; } = new Dictionary<string, string>();

    /// <summary>The open files, in the order of their names: one, or the shards.</summary>
    public IReadOnlyList<ITensorFile> Files => _files;

    /// <summary>
    /// Opens the weights of a folder: <c>model.safetensors</c>, the shards that <c>model.safetensors.index.json</c> names,
    /// <c>pytorch_model.bin</c>, or the shards that <c>pytorch_model.bin.index.json</c> names, the first that is there. The
    /// caller disposes.
    /// </summary>
    /// <exception cref="AmendException">
    /// The folder has none of them, or the index or a file is missing, broken or a Git LFS pointer.
    /// </exception>
    public static Checkpoint Open(string folder) => Open(folder, isShapesOnly: false);

    /// <summary>
    /// Opens the weights of a folder to look at them: all is checked but the tensors' bytes, and what is loaded has type and
    /// shape but no values (libtorch's device <c>meta</c>), so that the largest model costs nothing.
    /// </summary>
    /// <exception cref="AmendException">As of <see cref="Open(string)"/>.</exception>
    public static Checkpoint OpenShapes(string folder) => Open(folder, isShapesOnly: true);

    /// <summary>Takes over a file that is open, such as one that gives its tensors under other names than it has them.</summary>
    /// <param name="file">The file, which the checkpoint then owns.</param>
    /// <param name="isShapesOnly">Whether tensors are loaded without values, as of <see cref="OpenShapes"/>.</param>
    public static Checkpoint Over(ITensorFile file, bool isShapesOnly = false) => OpenSingle(file.Path, file, isShapesOnly);

    /// <summary>
    /// Lays a file over a checkpoint: its tensors take the places of the checkpoint's of the same names, where either may leave out the
    /// model's prefix (<c>encoder.x</c>, <c>bert.encoder.x</c>), and join the others.
    /// </summary>
    /// <param name="under">The checkpoint, which the result then owns.</param>
    /// <param name="overlay">The file, which the result then owns.</param>
    public static Checkpoint Overlaid(Checkpoint under, ITensorFile overlay)
    {
        var replaced = OverlaidNames.Replaced(under.Names, [.. overlay.Entries.Select(entry => entry.Name)]);
        var fileOf = under._fileOf.Where(pair => !replaced.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var entry in overlay.Entries)
            fileOf.Add(entry.Name, overlay);
        return new($"{under.Path}' under '{overlay.Path}", [.. under._files, overlay], fileOf, under._isShapesOnly)
            { Absent = under.Absent };
    }

    /// <summary>The same checkpoint with other files in the places of its own, such as ones that give tensors in another form.</summary>
    /// <param name="other">From a file to the one in its place, which then owns it.</param>
    /// <returns>The checkpoint that the caller disposes in the place of this one.</returns>
    public Checkpoint Through(Func<ITensorFile, ITensorFile> other)
    {
        List<ITensorFile> files = [.. _files.Select(other)];
        var fileOf = new Dictionary<string, ITensorFile>(StringComparer.Ordinal);
        foreach (var (at, file) in files.Index())
        {
            // Of what the file has as before, only what is read from it.
            foreach (var name in file.Entries.Select(entry => entry.Name))
            {
                if (_fileOf.GetValueOrDefault(name, _files[at]) == _files[at])
                    fileOf[name] = file;
            }
        }

        return new(Path, files, fileOf, _isShapesOnly) { Absent = Absent };
    }

    /// <summary>What messages call a tensor: its name in the file, whether it is there or not.</summary>
    public string NameInFile(string name) => (_fileOf.GetValueOrDefault(name) ?? _files[0]).NameInFile(name);

    /// <summary>Whether the checkpoint has a tensor of this name.</summary>
    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>What the checkpoint says of a tensor.</summary>
    /// <exception cref="AmendException">There is no tensor of this name.</exception>
    public TensorEntry Entry(string name) => FileOf(name).Entry(name);

    /// <summary>Reads one tensor to the CPU; the caller disposes.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">The type to convert to; the file's own where it is not given.</param>
    /// <exception cref="AmendException">There is no tensor of this name, or its file changed after it was opened.</exception>
    public Tensor Load(string name, ScalarType? dtype = null)
    {
        var file = FileOf(name);
        return _isShapesOnly ? empty(file.Entry(name).Shape, dtype ?? file.Entry(name).DType, META) : file.Load(name, dtype);
    }

    /// <summary>Reads one of the tensors that lie one behind the other in a tensor to the CPU; the caller disposes.</summary>
    /// <param name="name">The name of the whole.</param>
    /// <param name="index">Which of them along the first dimension.</param>
    /// <param name="dtype">The type to convert to; the file's own where it is not given.</param>
    /// <exception cref="AmendException">There is no tensor of this name, or its file changed after it was opened.</exception>
    public Tensor LoadAt(string name, long index, ScalarType? dtype = null)
    {
        var file = FileOf(name);
        return _isShapesOnly
            ? empty(file.Entry(name).Shape[1..], dtype ?? file.Entry(name).DType, META)
            : file.LoadAt(name, index, dtype);
    }

    /// <summary>Whether two tensors have the same shape and the same values, whatever their types in the files.</summary>
    /// <exception cref="AmendException">There is no tensor of one of the names.</exception>
    public bool AreEqual(string name, string other)
    {
        if (!Entry(name).Shape.AsSpan().SequenceEqual(Entry(other).Shape))
            return false;
        using var scope = NewDisposeScope();
        return FileOf(name).Load(name).eq(FileOf(other).Load(other)).all().item<bool>();
    }

    /// <summary>Closes the files; tensors loaded from them stay.</summary>
    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static Checkpoint Open(string folder, bool isShapesOnly)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
            throw new AmendException($"There is no folder '{folder}'; give a model folder in Hugging Face form.");
        foreach (var (singleFile, indexFile, open) in Forms)
        {
            var single = System.IO.Path.Combine(folder, singleFile);
            if (File.Exists(single))
                return OpenSingle(folder, open(single), isShapesOnly);
            var index = System.IO.Path.Combine(folder, indexFile);
            if (File.Exists(index))
                return OpenShards(folder, CheckpointIndex.Read(index), open, isShapesOnly);
        }

        throw new AmendException(
            $"'{folder}' has neither {string.Join(" nor ", Forms.SelectMany(form => new[] { form.Single, form.Index }))} but "
                + $"{Found(folder)}; "
            + "give a model folder in Hugging Face form.");
    }

    private static Checkpoint OpenSingle(string path, ITensorFile file, bool isShapesOnly) =>
        new(path, [file], file.Entries.ToDictionary(entry => entry.Name, _ => file, StringComparer.Ordinal), isShapesOnly);

    private static Checkpoint OpenShards(string folder, CheckpointIndex index, Func<string, ITensorFile> open, bool isShapesOnly)
    {
        var shards = new SortedDictionary<string, ITensorFile>(StringComparer.Ordinal);
        try
        {
            RefuseMissing(folder, index);
            foreach (var shard in index.ShardOf.Values.Distinct(StringComparer.Ordinal))
                shards.Add(shard, open(System.IO.Path.Combine(folder, shard)));
            var isHeld = index.ShardOf.ToLookup(pair => shards[pair.Value].Contains(pair.Key));
            var fileOf = isHeld[true].ToDictionary(pair => pair.Key, pair => shards[pair.Value], StringComparer.Ordinal);
            return new(folder, [.. shards.Values], fileOf, isShapesOnly)
            {
                Absent = isHeld[false].ToDictionary(pair => pair.Key, pair => shards[pair.Value].Path, StringComparer.Ordinal),
            };
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
            .Where(shard => !File.Exists(System.IO.Path.Combine(folder, shard)))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (missing.Count > 0)
        {
            throw new AmendException(
                $"'{index.Path}' names {missing.Count} shard(s) that '{folder}' lacks: {Listed(missing)}; "
                + "download the checkpoint again.");
        }
    }

    private static string Found(string folder)
    {
        var names = Directory.EnumerateFiles(folder).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal);
        return names.ToList() is { Count: > 0 } found ? Listed(found) : "no file at all";
    }

    private static string Listed(List<string> names)
    {
        var more = names.Count > MostListed ? $" and {names.Count - MostListed} more" : "";
        return string.Join(", ", names.Take(MostListed).Select(ShownName.Of)) + more;
    }

    private ITensorFile FileOf(string name) =>
        _fileOf.TryGetValue(name, out var file) ? file
            : Absent.TryGetValue(name, out var shard)
                ? throw new AmendException(
                    $"The index in '{Path}' places tensor {ShownName.Of(name)} in '{shard}', which does not have it; "
                    + "download the checkpoint again.")
            : throw new AmendException(
                $"'{Path}' has no tensor {ShownName.Of(name)}; {KnownNames.Describe(name, Names)}.");
}
