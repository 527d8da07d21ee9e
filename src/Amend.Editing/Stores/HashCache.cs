using System.Text.Json;
using Amend.Editing.Homes;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Editing.Stores;

/// <summary>
/// The hashes of models' weights, as they were when the models were loaded, so that a model's edits are found without loading it.
/// One is used only where every file of the model's folder is still as it was then, by name, size and time, and for the build of
/// Amend that computed it.
/// </summary>
/// <param name="home">Where they are kept. A home that does not exist is not made for them.</param>
internal sealed class HashCache(AmendHome home)
{
    private readonly string _folder = home.Cache("hashes");

    /// <summary>The hash of a folder's weights in a type; null where it is not known, or the folder is no longer as it was.</summary>
    public string? Find(string modelFolder, ScalarType type)
    {
        try
        {
            var path = PathOf(modelFolder, type);
            var kept = File.Exists(path) ? JsonSerializer.Deserialize<KnownHash>(File.ReadAllBytes(path), EditJson.Reading) : null;
            return kept is not null && kept.Files.SequenceEqual(FilesOf(modelFolder)) ? kept.Hash : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Loads a model and keeps the hash of its weights.</summary>
    /// <exception cref="AmendException">The model cannot be read.</exception>
    public LanguageModel Load(string modelFolder, LoadOptions options)
    {
        IReadOnlyList<KnownFile> files = Directory.Exists(modelFolder) ? FilesOf(modelFolder) : [];
        var model = LanguageModel.Load(modelFolder, options);
        Keep(modelFolder, options.DType, files, model.BaseHash);
        return model;
    }

    private void Keep(string modelFolder, ScalarType type, IReadOnlyList<KnownFile> files, string hash)
    {
        if (!Directory.Exists(home.Folder) || Find(modelFolder, type) == hash) // Who only looks makes no home.
            return;
        try
        {
            Directory.CreateDirectory(_folder);
            var known = new KnownHash(Path.GetFullPath(modelFolder), hash, files);
            AtomicFile.WriteAllText(PathOf(modelFolder, type), JsonSerializer.Serialize(known, EditJson.Options));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or AmendException)
        {
            // A cache: the edits are found without it.
        }
    }

    /// <summary>The files of a model's folder as they are now, in the order of their names; links are followed.</summary>
    private static IReadOnlyList<KnownFile> FilesOf(string modelFolder) =>
    [
        .. new DirectoryInfo(modelFolder).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(file =>
        {
            var real = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return new KnownFile(file.Name, real.Length, real.LastWriteTimeUtc.Ticks);
        }),
    ];

    private string PathOf(string modelFolder, ScalarType type)
    {
        var key = $"{Path.GetFullPath(modelFolder)}\n{type}\n{typeof(LanguageModel).Module.ModuleVersionId}";
        return Path.Combine(_folder, ContentHash.Of(key)[..24] + ".json");
    }
}

/// <summary>The hash of a folder's weights, and the files that it was computed from.</summary>
internal sealed record KnownHash(string Folder, string Hash, IReadOnlyList<KnownFile> Files);

/// <summary>A file as it was: its name, its bytes, and when it was written, in ticks UTC.</summary>
internal sealed record KnownFile(string Name, long Size, long Written);
