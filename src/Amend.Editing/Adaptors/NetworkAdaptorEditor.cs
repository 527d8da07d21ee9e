using Amend.Editing.LayerNetworks;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Editing.Adaptors;

/// <summary>An editor whose edits train a network at one layer, which goes on from edit to edit.</summary>
/// <typeparam name="TOptions">The editor's settings.</typeparam>
public abstract class NetworkAdaptorEditor<TOptions> : Editor<TOptions>
    where TOptions : AdaptorOptions, new()
{
    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    private protected NetworkAdaptorEditor(TOptions? options)
        : base(options)
    {
    }

    /// <summary>What the network is.</summary>
    private protected abstract LayerNetworkForm Form(TOptions options, int seed);

    private protected override void Require(LanguageModel model, TOptions options) =>
        _ = NetworkAdaptorEdit.NetworkOn(model, AdaptorLayer.Find(model, options).Name);

    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, TOptions options) =>
        new([AdaptorLayer.Find(model, options)], CopiesOfWeights: 6, Squares: 0, Sequences: 1, options.Layers[0]);

    private protected override Solution Solve(EditTask task, TOptions options, DeltaSet deltas)
    {
        var request = task.Requests[0];
        using var batch = TargetBatch.Create(task.Model, [(request.FilledPrompt, request.TargetNew)]);
        var edit = NetworkAdaptorEdit.Make(
            task.Model,
            batch,
            AdaptorLayer.Find(task.Model, options),
            Form(options, task.Context.Seed),
            options,
            step => task.Pace.Report("training the network", step, options.NIter));
        deltas.Add(edit.Effect);
        return new Solution(options.Layers) { Losses = edit.Losses, Converged = edit.Converged };
    }
}
