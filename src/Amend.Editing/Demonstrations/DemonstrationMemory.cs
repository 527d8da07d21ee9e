using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Demonstrations;

/// <summary>
/// The edits that are demonstrations, and which of them stand in front of a prompt. A prompt is about an edit when the state of one of its
/// tokens is near to that of the edit's subject: the cosine is at least the gate. What it is about is stated, the nearest last; the nearest
/// of the other edits demonstrate before, the nearest last, as far as there is room. Of edits of one prompt the last holds.
/// </summary>
internal sealed class DemonstrationMemory : IPreamble, IDisposable
{
    /// <summary>So many prompts are remembered with what stands in front of them.</summary>
    private const int MostRemembered = 10_000;

    private readonly Lock _gate = new();
    private readonly List<DemonstrationEffect> _effects = [];
    private readonly Dictionary<(string Prompt, int Room), string> _remembered = [];
    private Tensor? _keys_ND;

    /// <summary>A memory of one edit; the caller disposes.</summary>
    public DemonstrationMemory(DemonstrationEffect first)
    {
        Rules = first.Rules;
        _effects.Add(first);
    }

    /// <summary>How edits are found and written.</summary>
    public DemonstrationRules Rules { get; }

    /// <summary>Takes in one more edit, of the same rules.</summary>
    public void Add(DemonstrationEffect effect)
    {
        lock (_gate)
        {
            _effects.RemoveAll(one => one.Demonstration.Prompt == effect.Demonstration.Prompt);
            _effects.Add(effect);
            Forget();
        }
    }

    /// <inheritdoc/>
    public string Before(IPromptReader reader, string prompt, int room)
    {
        lock (_gate)
        {
            if (_remembered.TryGetValue((prompt, room), out var text))
                return text;
            if (_remembered.Count == MostRemembered)
                _remembered.Clear();
            return _remembered[(prompt, room)] = Compose(reader, prompt, room);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();

    private void Forget()
    {
        _remembered.Clear();
        _keys_ND?.Dispose();
        _keys_ND = null;
    }

    private string Compose(IPromptReader reader, string prompt, int room)
    {
        var cosines = Cosines(reader, prompt);
        int[] byNearness = [.. Enumerable.Range(0, cosines.Length).OrderBy(one => cosines[one])];
        var about = Rules.Rule == RetrievalRule.Published ? 1 : cosines.Count(cosine => cosine >= Rules.Gate);
        var facts = Of(byNearness[^about..]);
        var shown = Of(byNearness[..^about]);
        shown = shown[^Math.Min(Rules.K, shown.Length)..];
        while (facts.Length > 0)
        {
            var text = DemonstrationText.Write(Rules.Form, shown, facts);
            if (reader.Tokenize(text).Ids.Count <= room)
                return text;
            (shown, facts) = shown.Length > 0 ? (shown[1..], facts) : (shown, facts[1..]);
        }

        return "";

        Demonstration[] Of(int[] places) => [.. places.Select(place => _effects[place].Demonstration)];
    }

    /// <summary>The largest cosine of each edit's key and a state of the prompt, N of them.</summary>
    private float[] Cosines(IPromptReader reader, string prompt)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        _keys_ND ??= stack(_effects.Select(effect => effect.Key)).DetachFromDisposeScope();
        return PromptStates.Read(reader, prompt, Rules.Layer).matmul(_keys_ND.t()).amax([0]).data<float>().ToArray();
    }
}
