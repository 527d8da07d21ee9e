using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>
/// Something that reads or changes a model's passes while it is open. It holds for the passes of the thread that opened it and for
/// no others, as dispose scopes and <c>no_grad</c> do, so that several threads may ask one model at once, each in its own way. What
/// is opened later sees what is put in place by what was opened earlier.
/// </summary>
public abstract class Intervention : IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Opens it over a model's taps.</summary>
    private protected Intervention(TapSet taps)
    {
        Taps = taps;
        taps.Open(this);
    }

    /// <summary>The taps of the model.</summary>
    private protected TapSet Taps { get; }

    /// <summary>Whether it holds for passes of the present thread; it does not while it rests.</summary>
    internal bool IsOfThisThread => _thread == Environment.CurrentManagedThreadId && !Rests;

    /// <summary>
    /// Whether it holds for no pass; false by default. Its thread may let it rest to look at the model aside from it, or to look at the
    /// model through several views in turn; a view that rests still keeps edits from being applied.
    /// </summary>
    public bool Rests { get; set; }

    /// <summary>Whether weights must stay as they are while it is open.</summary>
    internal virtual bool ReadsWeights => false;

    /// <summary>Closes it and frees what it owns.</summary>
    public void Dispose()
    {
        Taps.Close(this);
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a pass sees at a site.</summary>
    internal virtual Tensor Visit(Site site, Tensor value) => value;

    /// <summary>What a linear layer gives out.</summary>
    internal virtual Tensor Visit(string weight, Tensor input, Tensor output) => output;

    /// <summary>What a layer reads for a parameter.</summary>
    internal virtual Tensor Read(string parameter, Tensor value) => value;

    /// <summary>The layers, by their weight's name, of which it says which adaptor is on them.</summary>
    internal virtual IReadOnlyCollection<string> AdaptedLayers => [];

    /// <summary>Which adaptor is on a linear layer, given the one that is there without this.</summary>
    internal virtual IAdaptor? AdaptorOn(string weight, IAdaptor? adaptor) => adaptor;

    /// <summary>What is put in front of prompts, given what is without this.</summary>
    internal virtual IPreamble? PreambleOf(IPreamble? preamble) => preamble;

    /// <summary>Frees what it owns.</summary>
    private protected abstract void Free();
}
