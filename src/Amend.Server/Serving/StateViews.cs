using Amend.Editing.Sessions;
using Amend.Models.Weights;

namespace Amend.Server.Serving;

/// <summary>
/// A model in several states in turn, on one thread: each state but the one that the model is in has a view, which rests while another
/// state is looked at. What is opened here keeps the model from being changed until it is closed.
/// </summary>
/// <param name="session">The model.</param>
internal sealed class StateViews(EditSession session) : IDisposable
{
    private const int MostKept = 4;
    private readonly Dictionary<string, WeightView> _views = [];

    /// <summary>Looks at the model in a state.</summary>
    /// <exception cref="Tensors.AmendException">An edit of the state cannot be read.</exception>
    public T In<T>(ModelState state, Func<T> look)
    {
        if (state.Edits.SequenceEqual(session.Edits))
            return look();
        if (!_views.TryGetValue(state.Fingerprint, out var view))
            _views[state.Fingerprint] = view = session.View(state.Edits);
        view.Rests = false;
        try
        {
            return look();
        }
        finally
        {
            view.Rests = true;
        }
    }

    /// <summary>Closes all views where there are more than are kept; for a moment in which nothing is in progress.</summary>
    public void Trim()
    {
        if (_views.Count > MostKept)
            Dispose();
    }

    /// <summary>Closes all views.</summary>
    public void Dispose()
    {
        foreach (var view in _views.Values)
            view.Dispose();
        _views.Clear();
    }
}
