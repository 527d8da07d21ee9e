using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>
/// The taps of one model: its forward pass names its sites through <see cref="At"/>, and open traces read or change them.
/// With no trace open a tap is one null check.
/// </summary>
public sealed class TapSet
{
    private List<Trace>? _traces;

    /// <summary>Passes a value through a site, for a model's forward pass.</summary>
    /// <returns>The value itself, or what an open trace puts in its place.</returns>
    public Tensor At(Site site, Tensor value)
    {
        if (_traces is null)
            return value;
        foreach (var trace in _traces)
            value = trace.Visit(site, value);
        return value;
    }

    internal void Open(Trace trace) => (_traces ??= []).Add(trace);

    internal void Close(Trace trace)
    {
        _traces?.Remove(trace);
        if (_traces?.Count == 0)
            _traces = null;
    }
}
