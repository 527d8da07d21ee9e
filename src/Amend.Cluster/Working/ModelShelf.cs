using Amend.Cluster.Board;
using Amend.Cluster.Database;
using Amend.Cluster.Orders;
using Amend.Cluster.Sharing;
using Amend.Editing.Homes;
using Amend.Models;
using Amend.Tensors;
using TorchSharp;

namespace Amend.Cluster.Working;

/// <summary>The run and model that a worker has open; another run of the same model keeps it loaded. For one thread.</summary>
/// <param name="database">The database.</param>
/// <param name="store">The shared store; null where there is none.</param>
/// <param name="home">Where files are kept.</param>
/// <param name="device">Where models compute.</param>
internal sealed class ModelShelf(ClusterDatabase database, SharedStore? store, AmendHome home, torch.Device device) : IDisposable
{
    private (string Hash, LanguageModel Model)? _model;
    private (long Number, IOpenedWork Work)? _run;

    /// <summary>Opens a run, unless it is open.</summary>
    /// <exception cref="AmendException">A file cannot be had, or the run is another one here than where it was submitted.</exception>
    public IOpenedWork Open(OpenRun run)
    {
        if (_run is { } held && held.Number == run.Number)
            return held.Work;
        CloseRun();
        var model = Load(run.Order.Model);
        IOpenedWork work = run.Order switch
        {
            SharedOrder order => OpenedEvaluation.Open(
                run, order, model, database, new SharedFiles(order, store, home.Cache("shared-data"))),
            PartsOrder order => new OpenedParts(new PostgresParts(database, run.Number), order.MakerFor(model)),
            var other => throw new AmendException($"Run {run.Number} is of a kind that is not known here, {other.GetType().Name}."),
        };
        _run = (run.Number, work);
        return work;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseRun();
        _model?.Model.Dispose();
    }

    private LanguageModel Load(ModelReference reference)
    {
        if (_model is { } held && held.Hash == reference.Hash)
            return held.Model;
        _model?.Model.Dispose();
        _model = null;
        var model = LanguageModel.Load(PathOf(reference), new LoadOptions { DType = reference.Type, Device = device });
        if (model.BaseHash is var hash && hash != reference.Hash)
        {
            model.Dispose();
            throw new AmendException(
                $"The model '{reference.Name}' has the hash {hash[..12]} here and {reference.Hash[..12]} where the run was submitted; "
                + "use the same build of Amend on all machines.");
        }

        _model = (hash, model);
        return model;
    }

    private string PathOf(ModelReference reference)
    {
        Lay(reference, reference.HomeFiles, home.Folder);
        if (reference.Files is not { } files)
            return new ModelLocator().Find(reference.Name);
        var folder = Path.Combine(home.Cache("shared-models"), reference.Hash[..16], reference.Name);
        Lay(reference, files, folder);
        return files.Count == 1 && files.ContainsKey(reference.Name) ? Path.Combine(folder, reference.Name) : folder;
    }

    /// <summary>Puts files of the shared store under their names into a folder, where they are not there.</summary>
    private void Lay(ModelReference reference, IReadOnlyDictionary<string, string> files, string folder)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        foreach (var (name, hash) in files)
        {
            var at = Path.GetFullPath(Path.Combine(folder, name));
            if (!at.StartsWith(root, StringComparison.Ordinal))
                throw new AmendException($"The model '{reference.Name}' has a file '{name}', which lies outside of its folder.");
            if (File.Exists(at))
                continue;
            var from = store ?? throw new AmendException(
                $"The model '{reference.Name}' is in a shared store; give it to amend work with --share.");
            Directory.CreateDirectory(Path.GetDirectoryName(at)!);
            var part = $"{at}.{Guid.NewGuid():N}.part";
            File.Copy(from.Get(hash), part);
            File.Move(part, at, overwrite: true);
        }
    }

    private void CloseRun()
    {
        var run = _run;
        _run = null;
        run?.Work.Dispose();
    }
}
