namespace Amend.Editing.LayerNetworks;

/// <summary>What a network at a layer is and begins as; a part of each of its edits, and the same for all of a layer.</summary>
/// <param name="Kind">The name of its kind, see <see cref="LayerNetworkKind"/>.</param>
/// <param name="Seed">The seed of what its parameters begin as.</param>
/// <param name="Threshold">Of <c>defer</c>: the gate from which the layer's output is replaced; 0 for others.</param>
/// <param name="Keys">Of <c>memory</c>: the number of values; 0 for others.</param>
public sealed record LayerNetworkForm(string Kind, int Seed, double Threshold, int Keys);
