using System.Text.Json;
using Amend.Editing.Homes;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Editing.Stores;

/// <summary>
/// The hashes of models' weights, as they were when the models were loaded, so that a model's edits are found without loading it.
/// One is used only where every file that the model is read from is still as it was then, by name, size and time, and for the build
/// of Amend that computed it.
/// </summary>
/// <param name="home">Where they are kept. A home that does not exist is not made for them.</param>
internal sealed class HashCache(AmendHome home)
{
    private readonly string _folder = home.Cache("hashes");

    /// <summary>The hash of a model's weights in a type; null where it is not known, or the files are no longer as they were.</summary>
    public string? Find(string model, ScalarType type)
    {
        try
        {
            var path = PathOf(model, type);
            var kept = File.Exists(path) ? JsonSerializer.Deserialize<KnownHash>(File.ReadAllBytes(path), EditJson.Reading) : null;
            return kept is not null && kept.Files.SequenceEqual(FilesOf(model)) ? kept.Hash : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// The hash of a model's weights in a type: the one that is known, else that of its files, which are read a parameter at a time; it is
    /// kept then.
    /// </summary>
    /// <exception cref="AmendException">The model cannot be read.</exception>
    public string Of(string path, ScalarType type)
    {
        if (Find(path, type) is { } known)
            return known;
        var files = FilesOf(path);
        using var stored = StoredModel.Open(path);
        return Keep(path, type, new KnownHash(Path.GetFullPath(path), stored.Hash(type), files));
    }

    /// <summary>Loads a model, which computes the hash of its weights where it is first asked for.</summary>
    /// <returns>The model, which the caller disposes, and the hash: the one that is known, else the model's, which is then kept.</returns>
    /// <exception cref="AmendException">The model cannot be read.</exception>
    public (LanguageModel Model, Lazy<string> Hash) Load(string path, LoadOptions options)
    {
        var (files, known) = (FilesOf(path), Find(path, options.DType));
        var model = LanguageModel.Load(path, options with { HashesLater = true });
        return (model, new Lazy<string>(
            () => known ?? Keep(path, options.DType, new KnownHash(Path.GetFullPath(path), model.BaseHash, files))));
    }

    private string Keep(string model, ScalarType type, KnownHash known)
    {
        if (!Directory.Exists(home.Folder)) // Who only looks makes no home.
            return known.Hash;
        try
        {
            Directory.CreateDirectory(_folder);
            AtomicFile.WriteAllText(PathOf(model, type), JsonSerializer.Serialize(known, EditJson.Options));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or AmendException)
        {
            // A cache: the edits are found without it.
        }

        return known.Hash;
    }

    /// <summary>The files of a model as they are now, in the order of their names; links are followed.</summary>
    private static IReadOnlyList<KnownFile> FilesOf(string model) =>
    [
        .. ModelSource.At(model).Files.Where(File.Exists).Select(path => new FileInfo(path)).Select(file =>
        {
            var real = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return new KnownFile(file.Name, real.Length, real.LastWriteTimeUtc.Ticks);
        }),
    ];

    private string PathOf(string model, ScalarType type)
    {
        var key = $"{Path.GetFullPath(model)}\n{type}\n{typeof(LanguageModel).Module.ModuleVersionId}";
        return Path.Combine(_folder, ContentHash.Of(key)[..24] + ".json");
    }
}

/// <summary>The hash of a model's weights, its folder or file, and the files that it was computed from.</summary>
internal sealed record KnownHash(string Folder, string Hash, IReadOnlyList<KnownFile> Files);

/// <summary>A file as it was: its name, its bytes, and when it was written, in ticks UTC.</summary>
internal sealed record KnownFile(string Name, long Size, long Written);
