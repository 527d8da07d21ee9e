using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using static TorchSharp.torch;

namespace Amend.Editing;

/// <summary>What an editor is given besides the model and the requests.</summary>
public sealed record EditContext
{
    /// <summary>Settings of the editor by their names, such as <c>v_lr=0.5</c>; they override its preset for the model.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The layer to edit; the preset's when null.</summary>
    public int? Layer { get; init; }

    /// <summary>The seed of everything sampled; 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>Context templates to use as they are, for repeating an edit; when null, sampled once from the model as it is.</summary>
    public ContextTemplates? Templates { get; init; }

    /// <summary>Where second moments of keys come from; the model's folder and the cache by default.</summary>
    public ISecondMomentSource Statistics { get; init; } = SecondMomentLibrary.Default;

    /// <summary>Where trained networks come from; the model's folder and the user's home by default.</summary>
    public NetworkStore Networks { get; init; } = NetworkStore.Default;

    /// <summary>
    /// Whether an editor that makes one edit at a time is to make those of a list in turn, each on top of the ones before; false
    /// by default, so that a long list for such an editor is refused instead of being worked off.
    /// </summary>
    public bool InTurn { get; init; }

    /// <summary>Whether a request is edited also where the model gives its target already; false by default, which refuses it.</summary>
    public bool EvenIfAnswered { get; init; }

    /// <summary>What the model was made for, which an editor may rehearse beside the requests; nothing by default.</summary>
    public IReadOnlyList<UpstreamText> Replay { get; init; } = [];

    /// <summary>
    /// Ids of the applied edits whose place the edit takes, as its record says them (<see cref="EditRecord.Supersedes"/>), so that they
    /// are known before the edit has its id; empty by default.
    /// </summary>
    public IReadOnlyList<string> Supersedes { get; init; } = [];

    /// <summary>
    /// Bytes that are free on a device, null where that is not known and no edit is refused for it; what the system says by default.
    /// </summary>
    public Func<Device, long?> FreeMemory { get; init; } = MachineMemory.Free;

    /// <summary>
    /// Asks the edit to end, which it does with an <see cref="OperationCanceledException"/> and the model as it was; never by default.
    /// </summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Who is told how far the edit is, on its thread; nobody by default.</summary>
    public IProgress<EditProgress>? Progress { get; init; }

    /// <summary>Where editors say how far they are.</summary>
    internal EditPace Pace => new(Stop, Progress);
}

/// <summary>A text of what a model was made for.</summary>
/// <param name="Prompt">The prompt, or the text to classify.</param>
/// <param name="Target">The right answer, or the label.</param>
public sealed record UpstreamText(string Prompt, string Target);
