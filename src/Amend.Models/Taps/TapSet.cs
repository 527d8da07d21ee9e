using System.Collections.Immutable;
using Amend.Models.Passes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>
/// The taps of one model: its forward pass takes its parameters, the outputs of its linear layers and the values of its sites through
/// them. What is opened over them (<see cref="Trace"/>, <see cref="LinearTrace"/>, <see cref="Weights.WeightView"/>) holds for the
/// passes of its own thread, adaptors hold for all. With nothing open a tap is one null check.
/// </summary>
public sealed class TapSet
{
    [ThreadStatic]
    private static AttentionScope? _pass;

    private readonly Lock _gate = new();
    private readonly HashSet<Site> _sites = [];
    private readonly HashSet<string> _linears = new(StringComparer.Ordinal);
    private volatile Opened? _opened;

    /// <summary>The linear layers of the model, by their weight's name.</summary>
    public IReadOnlyCollection<string> Linears => _linears;

    /// <summary>Whether an adaptor is in force for the passes of this thread.</summary>
    public bool HasAdaptors => Adaptors().Any();

    /// <summary>Whether an adaptor is in force for the passes of this thread that must know where prompts end.</summary>
    public bool NeedsPromptEnds => Adaptors().Any(adapted => adapted.Adaptor.NeedsPromptEnds);

    /// <summary>What is put in front of prompts that this thread asks; null for nothing.</summary>
    public IPreamble? Preamble => _opened?.PreambleOf();

    /// <summary>How many views are open, of all threads: while there is one, the weights must not be written.</summary>
    public int Views => _opened?.Interventions.Count(one => one.ReadsWeights) ?? 0;

    /// <summary>Whether the model's pass visits a site.</summary>
    public bool Visits(Site site) => _sites.Contains(site);

    /// <summary>Says which sites the model's pass visits; its stacks do so once.</summary>
    public void Declare(IEnumerable<Site> sites) => _sites.UnionWith(sites);

    /// <summary>Says that a weight is a linear layer's; layers do so once.</summary>
    public void Declare(string linear) => _linears.Add(linear);

    /// <summary>Puts an adaptor on a linear layer, or takes it away; it holds for the passes of all threads.</summary>
    /// <param name="weight">The name of the layer's weight.</param>
    /// <param name="adaptor">The adaptor, which stays the caller's; null for none.</param>
    /// <exception cref="AmendException">No linear layer has such a weight.</exception>
    public void SetAdaptor(string weight, IAdaptor? adaptor)
    {
        RequireLinear(weight);
        lock (_gate)
        {
            var opened = _opened ?? Opened.Nothing;
            var adaptors = adaptor is null ? opened.Adaptors.Remove(weight) : opened.Adaptors.SetItem(weight, adaptor);
            _opened = (opened with { Adaptors = adaptors }).OrNull();
        }
    }

    /// <summary>Puts a text in front of prompts, or takes it away; it holds for all threads.</summary>
    /// <param name="preamble">What says which text, which stays the caller's; null for none.</param>
    public void SetPreamble(IPreamble? preamble)
    {
        lock (_gate)
            _opened = ((_opened ?? Opened.Nothing) with { Preamble = preamble }).OrNull();
    }

    /// <summary>Passes a value through a site, for a model's forward pass.</summary>
    /// <returns>The value itself, or what an adaptor there or an open trace puts in its place, in this order.</returns>
    public Tensor At(Site site, Tensor value)
    {
        if (_opened is not { } opened)
            return value;
        foreach (var (_, adaptor) in opened.AdaptorsInForce())
        {
            if (adaptor.Place == site)
                value = adaptor.Adapt(value, value, _pass);
        }

        foreach (var one in opened.Interventions)
        {
            if (one.IsOfThisThread)
                value = one.Visit(site, value);
        }

        return value;
    }

    /// <summary>Passes a linear layer's output through its adaptor and what is open, in this order.</summary>
    /// <param name="weight">The name of the layer's weight.</param>
    /// <param name="input">The layer's input, <c>[..,in]</c>.</param>
    /// <param name="output">The layer's output, <c>[..,out]</c>.</param>
    /// <returns>The output itself, or what takes its place.</returns>
    public Tensor At(string weight, Tensor input, Tensor output)
    {
        if (_opened is not { } opened)
            return output;
        if (opened.AdaptorOn(weight) is { Place: null } adaptor)
        {
            RequirePrompts(weight, input, adaptor);
            output = adaptor.Adapt(input, output, _pass);
        }

        foreach (var one in opened.Interventions)
        {
            if (one.IsOfThisThread)
                output = one.Visit(weight, input, output);
        }

        return output;
    }

    /// <summary>A parameter as a layer of the forward pass is to read it.</summary>
    /// <param name="parameter">Its name.</param>
    /// <param name="value">Its value in the model's table.</param>
    /// <returns>The value itself, or what an open view puts in its place.</returns>
    public Tensor Read(string parameter, Tensor value)
    {
        if (_opened is not { } opened)
            return value;
        foreach (var one in opened.Interventions)
        {
            if (one.IsOfThisThread)
                value = one.Read(parameter, value);
        }

        return value;
    }

    /// <summary>Makes a pass known to adaptors on this thread until the result is disposed.</summary>
    /// <exception cref="AmendException">Adaptors are in force, and the pass does not say where its prompts end.</exception>
    public EnteredPass Enter(AttentionScope pass)
    {
        if (pass.PromptEnds is null && Adaptors().FirstOrDefault(adapted => adapted.Adaptor.NeedsPromptEnds) is { Weight: { } weight })
        {
            throw new AmendException(
                "A pass over a part of a text was asked that does not say where its prompt ends, which the adaptor on "
                + $"'{weight}' must know; take the edits with adaptors back first.");
        }

        var before = _pass;
        _pass = pass;
        return new EnteredPass(before);
    }

    /// <summary>Lets what this thread has opened rest until the result is disposed.</summary>
    internal IDisposable SetAside() => new Resting(_opened?.Interventions.Where(one => one.IsOfThisThread) ?? []);

    internal void Open(Intervention intervention)
    {
        lock (_gate)
        {
            var opened = _opened ?? Opened.Nothing;
            _opened = opened with { Interventions = opened.Interventions.Add(intervention) };
        }
    }

    internal void Close(Intervention intervention)
    {
        lock (_gate)
            _opened = _opened is { } opened ? (opened with { Interventions = opened.Interventions.Remove(intervention) }).OrNull() : null;
    }

    /// <summary>Refuses a site at which nothing would ever be seen.</summary>
    internal void Require(Site site)
    {
        if (!Visits(site))
            throw new AmendException($"{site} was asked of a model whose pass visits {Visited(site.Stack)}; ask for one of these.");
    }

    /// <summary>Refuses a weight that is no linear layer's.</summary>
    internal void RequireLinear(string weight)
    {
        if (!_linears.Contains(weight))
            throw new AmendException(
                $"'{weight}' was asked as a linear layer; the model has {_linears.Count} of them, such as "
                + $"'{_linears.FirstOrDefault()}'.");
    }

    /// <summary>Refuses an adaptor that must know where prompts end on an expert, which is given tokens out of their rows.</summary>
    private static void RequirePrompts(string weight, Tensor input, IAdaptor adaptor)
    {
        if (adaptor.NeedsPromptEnds && _pass is not null && input.dim() == 2)
            throw new AmendException(
                $"'{weight}' is an expert's, which is given {input.shape[0]} tokens out of their prompts, and the adaptor on it must know "
                + "where prompts end; name a module that all tokens go through.");
    }

    private IEnumerable<(string Weight, IAdaptor Adaptor)> Adaptors() => _opened is { } opened ? opened.AdaptorsInForce() : [];

    private string Visited(Stack stack)
    {
        var ofStack = _sites.Where(site => site.Stack == stack).ToList();
        return ofStack.Count == 0
            ? $"no site of a stack {stack}"
            : $"{string.Join(", ", ofStack.Select(site => site.Kind).Distinct())} at layers 0 to {ofStack.Max(site => site.Layer)}";
    }

    /// <summary>What was known before a pass was entered; disposing it makes that known again.</summary>
    public readonly ref struct EnteredPass
    {
        private readonly AttentionScope? _before;

        internal EnteredPass(AttentionScope? before) => _before = before;

        /// <summary>Leaves the pass.</summary>
        public void Dispose() => _pass = _before;
    }

    /// <summary>Interventions that rest until this is disposed.</summary>
    private sealed class Resting : IDisposable
    {
        private readonly List<Intervention> _resting;

        public Resting(IEnumerable<Intervention> interventions)
        {
            _resting = [.. interventions];
            _resting.ForEach(one => one.Rests = true);
        }

        public void Dispose() => _resting.ForEach(one => one.Rests = false);
    }

    private sealed record Opened(ImmutableArray<Intervention> Interventions, ImmutableDictionary<string, IAdaptor> Adaptors)
    {
        public static Opened Nothing { get; } = new([], ImmutableDictionary.Create<string, IAdaptor>(StringComparer.Ordinal));

        public IPreamble? Preamble { get; init; }

        /// <summary>Null where nothing is open, so that a closed tap is a null check.</summary>
        public Opened? OrNull() => Interventions.IsEmpty && Adaptors.IsEmpty && Preamble is null ? null : this;

        public IPreamble? PreambleOf()
        {
            var preamble = Preamble;
            foreach (var one in Interventions)
            {
                if (one.IsOfThisThread)
                    preamble = one.PreambleOf(preamble);
            }

            return preamble;
        }

        /// <summary>The adaptors of all layers for this thread, by their weights' names.</summary>
        public IEnumerable<(string Weight, IAdaptor Adaptor)> AdaptorsInForce()
        {
            var weights = Adaptors.Keys;
            foreach (var one in Interventions)
            {
                if (one.AdaptedLayers is { Count: > 0 } adapted && one.IsOfThisThread)
                    weights = weights.Union(adapted);
            }

            foreach (var weight in weights)
            {
                if (AdaptorOn(weight) is { } adaptor)
                    yield return (weight, adaptor);
            }
        }

        public IAdaptor? AdaptorOn(string weight)
        {
            var adaptor = Adaptors.GetValueOrDefault(weight);
            foreach (var one in Interventions)
            {
                if (one.IsOfThisThread)
                    adaptor = one.AdaptorOn(weight, adaptor);
            }

            return adaptor;
        }
    }
}
