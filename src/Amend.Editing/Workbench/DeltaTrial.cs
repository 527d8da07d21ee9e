using Amend.Models;
using Amend.Models.Effects;

namespace Amend.Editing.Workbench;

/// <summary>Changes that are applied while something is looked at or computed; disposing takes them back, bit for bit.</summary>
/// <param name="model">The model.</param>
internal sealed class DeltaTrial(LanguageModel model) : IDisposable
{
    private readonly Stack<string> _applied = [];

    /// <summary>Applies effects, which stay the caller's.</summary>
    public void Apply(IReadOnlyList<IEditEffect> effects)
    {
        var id = $"trial {_applied.Count}";
        model.Applied.Apply(id, effects);
        _applied.Push(id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_applied.TryPop(out var id))
            model.Applied.Revert(id);
    }
}
