using System.Text.Json;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Models.Hub;

/// <summary>
/// The downloaded models, <c>OWNER--NAME/COMMIT/NAME</c> under one folder, and those of one GGUF file, whose parts lie alone in
/// <c>OWNER--NAME--FILE/COMMIT/NAME</c>. A model's folder is there when all its files are there and checked; until then they are in
/// <c>COMMIT.partial</c>. What is there is used without asking the hub, so that a
/// model changes only where another revision is asked for.
/// </summary>
public sealed class HubStore
{
    private const string ManifestFile = "hub.json";
    private const string Refs = "refs";

    private static readonly TimeSpan BetweenTrials = TimeSpan.FromMilliseconds(100);
    private static readonly JsonSerializerOptions ManifestForm = new()
        { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private readonly string _folder;
    private readonly HubOptions _options;
    private readonly IProgress<HubProgress>? _progress;

    /// <summary>Creates the store; nothing is made on disk before the first download.</summary>
    /// <param name="folder">Where models are kept.</param>
    /// <param name="options">How they are downloaded; as the environment says by default.</param>
    /// <param name="progress">Told how far downloads are.</param>
    public HubStore(string folder, HubOptions? options = null, IProgress<HubProgress>? progress = null)
    {
        _folder = folder;
        _options = options ?? HubOptions.FromEnvironment();
        _progress = progress;
    }

    /// <summary>The models that are there, by name, each with its folder or file.</summary>
    public IReadOnlyList<(string Name, string Folder)> Known =>
    [
        .. from model in Directory.Exists(_folder)
            ? Directory.GetDirectories(_folder).Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>()
           where Directory.Exists(Path.Combine(model, Refs))
           let main = NameOf(model)
           where main is not null
           from reference in Directory.GetFiles(Path.Combine(model, Refs)).Order(StringComparer.Ordinal)
           let name = main with { Revision = Path.GetFileName(reference).Replace("--", "/", StringComparison.Ordinal) }
           let folder = FindOrNull(name)
           where folder is not null
           select ($"{name}", folder),
    ];

    /// <summary>The folder or the GGUF file of a model, downloaded where it is not there yet.</summary>
    /// <exception cref="AmendException">It is not there and cannot be downloaded: one sentence says why.</exception>
    public string Find(HubName model, CancellationToken stop = default) => FindAsync(model, stop).GetAwaiter().GetResult();

    /// <summary>The folder or the GGUF file of a model, downloaded where it is not there yet.</summary>
    /// <exception cref="AmendException">It is not there and cannot be downloaded: one sentence says why.</exception>
    public async Task<string> FindAsync(HubName model, CancellationToken stop = default)
    {
        if (FindOrNull(model) is { } there)
            return there;
        if (_options.Offline)
            throw new AmendException($"'{model}' is not in '{_folder}', and downloads are off; "
                + "leave out --offline and HF_HUB_OFFLINE, or give a folder.");
        using var held = await HoldAsync(model, stop).ConfigureAwait(false);
        return FindOrNull(model) ?? await DownloadAsync(model, stop).ConfigureAwait(false);
    }

    private string? FindOrNull(HubName model)
    {
        var reference = ReferenceOf(model);
        var commit = model.IsCommit ? model.Revision : File.Exists(reference) ? File.ReadAllText(reference).Trim() : null;
        return commit is not null && HubName.IsCommitId(commit) && Directory.Exists(FolderOf(model, commit))
            ? PlaceOf(model, commit)
            : null;
    }

    private async Task<string> DownloadAsync(HubName model, CancellationToken stop)
    {
        using var client = new HubClient(_options);
        var listing = await client.ListAsync(model, text => Report(new HubProgress(model, "the list of files", Trouble: text)), stop)
            .ConfigureAwait(false);
        var folder = FolderOf(model, listing.Commit);
        if (!Directory.Exists(folder))
        {
            var partial = Path.GetDirectoryName(folder) + ".partial";
            Directory.CreateDirectory(partial);
            await DownloadFilesAsync(client, model, listing, partial, stop).ConfigureAwait(false);
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            Directory.Move(partial, folder);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(ReferenceOf(model))!);
        AtomicFile.WriteAllText(ReferenceOf(model), listing.Commit);
        return PlaceOf(model, listing.Commit);
    }

    private async Task DownloadFilesAsync(HubClient client, HubName model, HubListing listing, string partial, CancellationToken stop)
    {
        var hashes = ReadHashes(partial);
        foreach (var file in listing.FilesOf(model))
            await FetchAsync(file).ConfigureAwait(false);
        foreach (var shard in model.File is null ? ShardsOf(listing, partial) : [])
        {
            if (!listing.Files.Contains(shard))
                throw new AmendException($"'{listing.WeightsFile}' of '{model}' names the shard '{shard}', which the hub does not have; "
                    + "take another revision.");
            await FetchAsync(shard).ConfigureAwait(false);
        }

        async Task FetchAsync(string file)
        {
            var path = Path.Combine(partial, Path.GetFileName(file));
            if (File.Exists(path) && hashes.ContainsKey(file))
                return;
            var digest = await client.DownloadAsync(
                model, listing.Commit, file, path, (done, total, trouble) => Report(new HubProgress(model, file, done, total, trouble)),
                    stop).ConfigureAwait(false);
            hashes[file] = digest.Hash;
            var manifest = new Manifest($"{model}", listing.Commit, _options.Endpoint, hashes);
            AtomicFile.WriteAllText(Path.Combine(partial, ManifestFile), JsonSerializer.Serialize(manifest, ManifestForm));
        }
    }

    private static IEnumerable<string> ShardsOf(HubListing listing, string partial) =>
        listing.WeightsFile!.EndsWith(".index.json", StringComparison.Ordinal)
            ? CheckpointIndex.Read(Path.Combine(partial, listing.WeightsFile)).ShardOf.Values.Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
            : [];

    /// <summary>The files that an earlier download finished.</summary>
    private static SortedDictionary<string, string> ReadHashes(string partial) =>
        ReadManifest(Path.Combine(partial, ManifestFile))?.Files ?? new SortedDictionary<string, string>(StringComparer.Ordinal);

    private static Manifest? ReadManifest(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Manifest>(File.ReadAllText(path), ManifestForm) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a folder of the store is a model of; of a GGUF file its manifest tells, since a file can be named anyhow.</summary>
    private static HubName? NameOf(string owned)
    {
        if (Path.GetFileName(owned).Split("--") is [var owner, var name])
            return new HubName(owner, name, HubName.DefaultRevision);
        var manifests = Directory.EnumerateFiles(owned, ManifestFile, SearchOption.AllDirectories).Select(ReadManifest);
        return manifests.FirstOrDefault(manifest => manifest is not null) is { } found ? HubName.Parse(found.Model) : null;
    }

    /// <summary>Holds the model against other downloads, here and in other processes, until disposed.</summary>
    private async Task<IDisposable> HoldAsync(HubName model, CancellationToken stop)
    {
        var path = Path.Combine(_folder, Owned(model), "lock");
        var isTold = false;
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsHeld(e)))
            {
                throw new AmendException($"The folder '{_folder}' cannot be written ({e.Message.TrimEnd('.')}); "
                    + "make it writable, or set AMEND_HOME to another.", e);
            }
            catch (IOException)
            {
                if (!isTold)
                    Report(new HubProgress(model, null));
                isTold = true;
                await Task.Delay(BetweenTrials, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether the lock was not had because another has it: a sharing violation, or the system's EWOULDBLOCK.</summary>
    private static bool IsHeld(Exception e)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        const int WouldBlockLinux = 11;
        const int WouldBlockBsd = 35;
        return e.HResult is SharingViolation or WouldBlockLinux or WouldBlockBsd;
    }

    private string FolderOf(HubName model, string commit) => Path.Combine(_folder, Owned(model), commit, model.Name);

    private string ReferenceOf(HubName model) =>
        Path.Combine(_folder, Owned(model), Refs, model.Revision.Replace("/", "--", StringComparison.Ordinal));

    /// <summary>A model's folder, or its GGUF file there.</summary>
    private string PlaceOf(HubName model, string commit) =>
        model.File is null ? FolderOf(model, commit) : Path.Combine(FolderOf(model, commit), Path.GetFileName(model.File));

    private static string Owned(HubName model) =>
        $"{model.Owner}--{model.Name}" + (model.File is null ? "" : "--" + model.File.Replace("/", "--", StringComparison.Ordinal));

    private void Report(HubProgress progress) => _progress?.Report(progress);

    private sealed record Manifest(string Model, string Commit, string Endpoint, SortedDictionary<string, string> Files);
}

/// <summary>How far a download is.</summary>
/// <param name="Model">The model.</param>
/// <param name="File">The file; null while another process that downloads the model is waited for.</param>
/// <param name="Done">Bytes that are there.</param>
/// <param name="Total">Bytes of the whole file.</param>
/// <param name="Trouble">What went wrong just now, where it is tried again.</param>
public sealed record HubProgress(HubName Model, string? File, long Done = 0, long Total = 0, string? Trouble = null);
