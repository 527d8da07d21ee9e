using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tracing.Runs;

namespace Amend.Tracing;

/// <summary>
/// What a restored run restores at a token, for each layer: the sites that hold clean values and those that keep corrupted ones
/// (Meng et al. 2022, section 2).
/// </summary>
public sealed class TraceKind
{
    private readonly Func<int, Window, IEnumerable<(int Layer, Restoration Restoration)>> _restorations;

    private TraceKind(
        string name, string title, SiteKind? site, bool isWindowed, Func<int, Window, IEnumerable<(int, Restoration)>> restorations)
    {
        Name = name;
        Title = title;
        Site = site;
        IsWindowed = isWindowed;
        _restorations = restorations;
    }

    /// <summary>The hidden state after one block (figure 1e).</summary>
    public static TraceKind State { get; } = new("state", "hidden state", null, false, (layer, _) => [(layer, Restoration.CleanState)]);

    /// <summary>The MLPs' outputs in a window of layers (figure 1f).</summary>
    public static TraceKind Mlp { get; } = Windowed("mlp", "MLP", SiteKind.MlpOut);

    /// <summary>The attentions' outputs in a window of layers (figure 1g).</summary>
    public static TraceKind Attention { get; } = Windowed("attn", "attention", SiteKind.AttentionOut);

    /// <summary>The hidden state, while the MLPs of later layers keep their corrupted outputs at the token (figure 3).</summary>
    public static TraceKind FrozenMlp { get; } = Severed("frozen-mlp", "hidden state, MLP severed", SiteKind.MlpOut);

    /// <summary>The hidden state, while the attentions of later layers keep their corrupted outputs at the token (figure 3).</summary>
    public static TraceKind FrozenAttention { get; } = Severed("frozen-attn", "hidden state, attention severed", SiteKind.AttentionOut);

    /// <summary>All kinds.</summary>
    public static Registry<TraceKind> All { get; } =
        new("kind of trace", kind => kind.Name, [State, Mlp, Attention, FrozenMlp, FrozenAttention]);

    /// <summary>The kind's name in files and on the command line.</summary>
    public string Name { get; }

    /// <summary>What figures call it.</summary>
    public string Title { get; }

    /// <summary>Whether a window of layers is restored.</summary>
    public bool IsWindowed { get; }

    /// <summary>The site whose outputs of another run are put in place; null where it is the hidden state alone.</summary>
    internal SiteKind? Site { get; }

    /// <summary>Whether modules of later layers keep their corrupted outputs.</summary>
    internal bool IsSevered => Site is not null && !IsWindowed;

    /// <summary>The kind of a name.</summary>
    /// <exception cref="AmendException">No kind has the name.</exception>
    public static TraceKind Find(string name) => All.Find(name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>What the run of a layer restores, for each layer of the model; null where it restores nothing.</summary>
    /// <param name="layer">The layer that the run stands for.</param>
    /// <param name="window">The window, which knows the number of layers.</param>
    /// <param name="freezeAll">
    /// Of a severed kind: whether corrupted outputs are put in place at all layers, below the restored one too.
    /// </param>
    internal Restoration?[] Run(int layer, Window window, bool freezeAll)
    {
        var run = new Restoration?[window.Layers];
        if (freezeAll)
            Array.Fill(run, new Restoration(Site!.Value, IsClean: false));
        foreach (var (at, restoration) in _restorations(layer, window))
            run[at] = restoration;
        return run;
    }

    private static TraceKind Windowed(string name, string title, SiteKind site) =>
        new(name, title, site, true, (layer, window) => window.Around(layer).Select(at => (at, new Restoration(site, IsClean: true))));

    private static TraceKind Severed(string name, string title, SiteKind site) =>
        new(name, title, site, false, (layer, window) =>
            Enumerable.Range(layer + 1, window.Layers - layer - 1).Select(at => (at, new Restoration(site, IsClean: false)))
                .Prepend((layer, Restoration.CleanState)));
}
