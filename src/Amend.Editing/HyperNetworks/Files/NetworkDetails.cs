using Amend.Tensors.Optimization;

namespace Amend.Editing.HyperNetworks.Files;

/// <summary>Everything about a network but its tensors.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="IsShipped">Whether a model's folder ships it.</param>
/// <param name="Record">What it is.</param>
/// <param name="Curve">How its training went.</param>
public sealed record NetworkDetails(string Id, string Path, long Bytes, bool IsShipped, NetworkRecord Record, TrainingCurve Curve)
{
    /// <summary>Describes a network.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The file is broken.</exception>
    public static NetworkDetails Of(StoredNetwork network)
    {
        var file = network.Required();
        return new NetworkDetails(file.Record.Id, file.Path, file.Bytes, network.IsShipped, file.Record, file.Curve);
    }
}
