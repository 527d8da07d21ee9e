using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>
/// The taps of one model: its forward pass names its sites through <see cref="At"/>, and open traces read or change them.
/// With no trace open a tap is one null check.
/// </summary>
public sealed class TapSet
{
    private List<Trace>? traces;

    /// <summary>Passes a value through a site, for a model's forward pass.</summary>
    /// <returns>The value itself, or what an open trace puts in its place.</returns>
    public Tensor At(Site site, Tensor value)
    {
        if (traces is null)
            return value;
        foreach (var trace in traces)
            value = trace.Visit(site, value);
        return value;
    }

    internal void Open(Trace trace) => (traces ??= []).Add(trace);

    internal void Close(Trace trace)
    {
        traces?.Remove(trace);
        if (traces?.Count == 0)
            traces = null;
    }
}
