using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Tensors.Optimization;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend train EDITOR --json</c> prints.</summary>
/// <param name="Id">The network's id.</param>
/// <param name="Path">Its file; null where the training was stopped.</param>
/// <param name="Bytes">The file's size; null where the training was stopped.</param>
/// <param name="WasTrained">Whether the same network was there already, and nothing was done.</param>
/// <param name="Record">What it is; null where the training was stopped.</param>
/// <param name="Curve">How the training went so far.</param>
internal sealed record TrainedNetworkDocument(
    string Id, string? Path, long? Bytes, bool WasTrained, NetworkRecord? Record, TrainingCurve Curve)
{
    /// <summary>What a training gave.</summary>
    public static TrainedNetworkDocument Of(TrainedNetwork trained) =>
        new(trained.Id, trained.File?.Path, trained.File?.Bytes, trained.WasTrained, trained.File?.Record, trained.Curve);
}
