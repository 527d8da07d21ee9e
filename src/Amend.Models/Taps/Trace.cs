using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>
/// A scoped intervention: captures or replaces values at sites while it is open, and is gone when disposed. Captured tensors
/// belong to the trace and outlive dispose scopes; traces opened later see what earlier ones put in place.
/// </summary>
public sealed class Trace : Intervention
{
    private readonly HashSet<Site> _captured = [];
    private readonly Dictionary<Site, Func<Tensor, Tensor>> _replacements = [];
    private readonly Dictionary<Site, Tensor> _values = [];

    /// <summary>Opens a trace over a model's taps.</summary>
    public Trace(TapSet taps)
        : base(taps)
    {
    }

    /// <summary>The value last seen at a captured site; the trace owns it.</summary>
    /// <exception cref="InvalidOperationException">The site was not captured, or no pass has reached it.</exception>
    public Tensor this[Site site] => _values.TryGetValue(site, out var value)
        ? value
        : throw new InvalidOperationException($"{site} holds no value; capture it before the pass and run a pass that reaches it.");

    /// <summary>Keeps the value of each site at every pass; it is detached from the graph.</summary>
    /// <exception cref="AmendException">The model's pass visits no such site.</exception>
    public Trace Capture(params ReadOnlySpan<Site> sites)
    {
        foreach (var site in sites)
        {
            Taps.Require(site);
            _captured.Add(site);
        }

        return this;
    }

    /// <summary>Puts <paramref name="replacement"/>'s result in place of the site's value; shapes must agree.</summary>
    /// <exception cref="AmendException">The model's pass visits no such site.</exception>
    public Trace Replace(Site site, Func<Tensor, Tensor> replacement)
    {
        Taps.Require(site);
        _replacements[site] = replacement;
        return this;
    }

    internal override Tensor Visit(Site site, Tensor value)
    {
        if (_replacements.TryGetValue(site, out var replacement))
            value = replacement(value);
        if (_captured.Contains(site))
        {
            if (_values.Remove(site, out var old))
                old.Dispose();
            using var detached = value.detach();
            _values[site] = detached.clone().DetachFromDisposeScope();
        }

        return value;
    }

    private protected override void Free()
    {
        foreach (var value in _values.Values)
            value.Dispose();
        _values.Clear();
    }
}
