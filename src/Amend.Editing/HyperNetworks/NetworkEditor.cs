using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks;

/// <summary>
/// What every editor does that uses a trained network: it finds the network of the model's weights or the one that is named, refuses
/// others, keeps what the network gives as changes of weights, and has the edit's record name it.
/// </summary>
/// <typeparam name="TOptions">The editor's settings.</typeparam>
public abstract class NetworkEditor<TOptions> : Editor<TOptions>
    where TOptions : NetworkEditorOptions, new()
{
    private readonly INetworkKind _kind;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    /// <param name="kind">The kind of network that it uses.</param>
    private protected NetworkEditor(TOptions? options, INetworkKind kind)
        : base(options) => _kind = kind;

    /// <inheritdoc/>
    public sealed override string Name => _kind.Editor;

    /// <inheritdoc/>
    private protected sealed override TOptions Resolve(LanguageModel model, TOptions options, EditContext context)
    {
        var found = context.Networks.Find(Name, model, options.Network, options.TrainedWith);
        return options with { Network = found.Record.Id, Found = found };
    }

    /// <summary>For each element the weight as it was, its gradient, the change, and what is computed between.</summary>
    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, TOptions options) =>
        new(WeightsOf(model, options), CopiesOfWeights: 5, Squares: 0, requests.Count, options.Found!.Record.Layers.DefaultIfEmpty().Min());

    /// <inheritdoc/>
    private protected sealed override Solution Solve(EditTask task, TOptions options, DeltaSet deltas)
    {
        var found = options.Found!;
        var network = task.Context.Networks.Loaded(found, task.Model, () => _kind.Read(task.Model, found));
        using var none = no_grad();
        return Solve(network, task, options, deltas) with { Network = NetworkNote.Of(found.Record) };
    }

    /// <summary>Finds the changes with the network: applied once, unless the method says otherwise. Gradients are off.</summary>
    /// <param name="network">The network, which belongs to a store.</param>
    /// <param name="task">What is asked.</param>
    /// <param name="options">The settings, with the network that was found.</param>
    /// <param name="deltas">Where the changes go.</param>
    private protected virtual Solution Solve(HyperNetwork network, EditTask task, TOptions options, DeltaSet deltas)
    {
        task.Pace.Report("applying the network", 0, 1);
        foreach (var (weight, delta) in network.Deltas(task.Model, task.Requests))
            deltas.Add(weight, delta);
        task.Pace.Report("applying the network", 1, 1);
        return new Solution(options.Found!.Record.Layers);
    }

    private static IReadOnlyList<ModelWeight> WeightsOf(LanguageModel model, TOptions options) =>
        [.. options.Found!.Record.Weights.Select(name => model.Weights[name])];
}
