namespace Amend.Tracing.Runs;

/// <summary>A state of restored runs after a layer.</summary>
/// <param name="Parent">The node before the layer, or <see cref="RunTree.Corrupted"/>.</param>
/// <param name="Restoration">What the layer restores; null for nothing.</param>
internal readonly record struct RunNode(int Parent, Restoration? Restoration);
