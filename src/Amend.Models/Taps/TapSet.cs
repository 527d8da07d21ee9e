using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>
/// The taps of one model: its forward pass names its sites through <see cref="At"/>, and open traces read or change them.
/// With no trace open a tap is one null check.
/// </summary>
public sealed class TapSet
{
    private readonly HashSet<Site> _sites = [];
    private List<Trace>? _traces;

    /// <summary>Whether the model's pass visits a site.</summary>
    public bool Visits(Site site) => _sites.Contains(site);

    /// <summary>Says which sites the model's pass visits; its stacks do so once.</summary>
    public void Declare(IEnumerable<Site> sites) => _sites.UnionWith(sites);

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

    /// <summary>Refuses a site at which nothing would ever be seen.</summary>
    internal void Require(Site site)
    {
        if (!Visits(site))
            throw new AmendException($"{site} was asked of a model whose pass visits {Visited(site.Stack)}; ask for one of these.");
    }

    private string Visited(Stack stack)
    {
        var ofStack = _sites.Where(site => site.Stack == stack).ToList();
        return ofStack.Count == 0
            ? $"no site of a stack {stack}"
            : $"{string.Join(", ", ofStack.Select(site => site.Kind).Distinct())} at layers 0 to {ofStack.Max(site => site.Layer)}";
    }
}
