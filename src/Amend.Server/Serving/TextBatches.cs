using Amend.Editing.Sessions;
using Amend.Models.Generation;

namespace Amend.Server.Serving;

/// <summary>The texts that a model's thread generates: those of one state together, the states in turn, a token each a step.</summary>
/// <param name="session">The model.</param>
/// <param name="views">Its states.</param>
internal sealed class TextBatches(EditSession session, StateViews views) : IDisposable
{
    private readonly Dictionary<string, Rolling> _rolling = [];

    /// <summary>How many texts are generated.</summary>
    public int Count => _rolling.Values.Sum(rolling => rolling.Texts.Count);

    /// <summary>Takes a text in; its prompt is read with the next step.</summary>
    public void Add(ModelState state, Completion completion)
    {
        if (!_rolling.TryGetValue(state.Fingerprint, out var rolling))
            _rolling[state.Fingerprint] = rolling = new Rolling(state, new RollingBatch(session.Model), [], []);
        rolling.Joining.Add(completion);
        rolling.Texts.Add(completion);
    }

    /// <summary>Generates a token of each text.</summary>
    public void Step()
    {
        foreach (var (key, rolling) in _rolling.ToList())
        {
            try
            {
                views.In(rolling.State, () => Step(rolling));
            }
            catch (Exception e)
            {
                rolling.Texts.ForEach(text => text.Fail(e));
                rolling.Texts.Clear();
            }

            if (rolling.Texts.Count == 0)
            {
                rolling.Batch.Dispose();
                _rolling.Remove(key);
            }
        }
    }

    /// <summary>Drops all texts.</summary>
    public void Dispose()
    {
        foreach (var rolling in _rolling.Values)
            rolling.Batch.Dispose();
        _rolling.Clear();
    }

    private static bool Step(Rolling rolling)
    {
        foreach (var text in rolling.Texts)
            text.StopWhereLeft();
        rolling.Batch.Step();
        if (rolling.Joining.Count > 0)
        {
            rolling.Batch.Join([.. rolling.Joining.Select(joining => joining.Text)]);
            rolling.Joining.Clear();
        }

        foreach (var done in rolling.Texts.Where(text => text.Text.IsDone).ToList())
        {
            rolling.Texts.Remove(done);
            done.Finish();
        }

        return true;
    }

    /// <summary>The texts of a state.</summary>
    /// <param name="State">The state.</param>
    /// <param name="Batch">Those whose prompts were read.</param>
    /// <param name="Joining">Those whose prompts are to be read.</param>
    /// <param name="Texts">All of them.</param>
    private sealed record Rolling(ModelState State, RollingBatch Batch, List<Completion> Joining, List<Completion> Texts);
}
