namespace Amend.Tracing.Runs;

/// <summary>The layers whose outputs are restored together.</summary>
/// <param name="Size">How many layers, W.</param>
/// <param name="Layers">The model's layers, L.</param>
internal readonly record struct Window(int Size, int Layers)
{
    /// <summary>Layers max(0, l - W/2) to min(L, l + W - W/2) - 1, as <c>trace_important_window</c> of kmeng01/rome has them.</summary>
    public IEnumerable<int> Around(int layer)
    {
        var first = Math.Max(0, layer - (Size / 2));
        return Enumerable.Range(first, Math.Min(Layers, layer + Size - (Size / 2)) - first);
    }
}
