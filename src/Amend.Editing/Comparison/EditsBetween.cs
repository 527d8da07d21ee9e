using Amend.Editing.Codebooks;
using Amend.Editing.Stores;
using Amend.Editing.TokenCodebooks;
using Amend.Models;
using Amend.Models.Effects;

namespace Amend.Editing.Comparison;

/// <summary>The edits that only one of two states has, loaded; owns them.</summary>
internal sealed class EditsBetween : IDisposable
{
    private EditsBetween(IReadOnlyList<Edit> onlyA, IReadOnlyList<Edit> onlyB) => (OnlyA, OnlyB) = (onlyA, onlyB);

    /// <summary>Those of the one, in order.</summary>
    public IReadOnlyList<Edit> OnlyA { get; }

    /// <summary>Those of the other, in order.</summary>
    public IReadOnlyList<Edit> OnlyB { get; }

    /// <summary>Their prompts, paraphrases and neighbours, each once; an edit that another program made has none.</summary>
    public IReadOnlyList<(string Text, AskedKind Kind)> Prompts =>
    [
        .. OnlyA.Concat(OnlyB)
            .Where(edit => edit.Record.Import is null)
            .SelectMany(edit => edit.Record.Requests)
            .SelectMany(request => request.Prompts)
            .DistinctBy(prompt => prompt.Text),
    ];

    /// <summary>What they put at layers and in front of prompts: its kind, and the layer's weight.</summary>
    public IReadOnlyList<(string Kind, string Weight)> Adaptors =>
        [.. OnlyA.Concat(OnlyB).SelectMany(edit => edit.Effects).Where(IsAdaptor).Select(PlaceOf).Distinct()];

    /// <summary>Loads them; the caller disposes.</summary>
    /// <exception cref="Tensors.AmendException">One cannot be read.</exception>
    public static EditsBetween Load(EditStore store, ComparedState a, ComparedState b)
    {
        var onlyA = store.LoadAll([.. a.Edits.Except(b.Edits)]);
        try
        {
            return new EditsBetween(onlyA, store.LoadAll([.. b.Edits.Except(a.Edits)]));
        }
        catch
        {
            Dispose(onlyA);
            throw;
        }
    }

    /// <summary>How many entries what stands at a place has in a model as it is now; of a network how many edits changed it.</summary>
    public static int EntriesAt(LanguageModel model, (string Kind, string Weight) place) => model.Applied.AdaptorOn(place.Weight) switch
    {
        Codebook book when place.Kind == EffectKind.Codebook.Name => book.Entries.Count,
        TokenCodebook book when place.Kind == EffectKind.TokenCodebook.Name => book.Entries,
        _ => model.Applied.EffectsOf<IEditEffect>(place.Weight).Count(one => IsAdaptor(one.Effect) && PlaceOf(one.Effect) == place),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(OnlyA);
        Dispose(OnlyB);
    }

    private static bool IsAdaptor(IEditEffect effect) => effect is IAdaptorEffect or IPreambleEffect;

    private static (string Kind, string Weight) PlaceOf(IEditEffect effect) => (EffectKind.Of(effect).Kind.Name, effect.Weight);

    private static void Dispose(IReadOnlyList<Edit> edits)
    {
        foreach (var edit in edits)
            edit.Dispose();
    }
}
