using Amend.Editing.HyperNetworks.Files;
using Amend.Tensors.Optimization;

namespace Amend.Editing.HyperNetworks;

/// <summary>What a training of a network is given besides model and data.</summary>
public sealed record NetworkTraining
{
    /// <summary>Settings of the training by their names, such as <c>steps=2000</c>; they override the preset for the model.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The seed of everything drawn; 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The network's file, which ends in <c>.safetensors</c>, or a folder, in which it is named by its id; its place in the store when
    /// null, the default.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Where the network is kept; the user's home by default.</summary>
    public NetworkStore Networks { get; init; } = NetworkStore.Default;

    /// <summary>
    /// Whether the file keeps matrices in half precision, to which they are rounded when the training is over; false by default.
    /// </summary>
    public bool Half { get; init; }

    /// <summary>Whether only a training that was stopped is to go on; false by default, which begins one where there is none.</summary>
    public bool OnlyResume { get; init; }

    /// <summary>Who is told of each step, on its thread; nobody by default.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends the training after the present step, with a checkpoint; never by default.</summary>
    public CancellationToken Stop { get; init; }
}

/// <summary>What a training of a network gave.</summary>
/// <param name="Id">The network's id.</param>
/// <param name="File">The network; null where the training was stopped before its end.</param>
/// <param name="Curve">The figures so far.</param>
/// <param name="WasTrained">Whether the same network was there already, and nothing was done.</param>
public sealed record TrainedNetwork(string Id, NetworkFile? File, TrainingCurve Curve, bool WasTrained = false);
