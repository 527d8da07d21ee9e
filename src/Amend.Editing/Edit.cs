using Amend.Editing.Stores;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Editing;

/// <summary>
/// An edit as a value: its record and its effects, such as the change of each weight it touches. Its id is a hash of its content, so
/// two edits with the same id are the same. Owns its effects.
/// </summary>
public sealed class Edit : IDisposable
{
    /// <summary>Creates an edit and takes ownership of the effects.</summary>
    public Edit(EditRecord record, IReadOnlyList<IEditEffect> effects)
    {
        Record = record;
        Effects = effects;
        Id = EditFile.ComputeId(record, effects);
    }

    /// <summary>Creates an edit that was read from a file, which gives it its id whatever version wrote it.</summary>
    internal Edit(EditRecord record, IReadOnlyList<IEditEffect> effects, string id)
    {
        Record = record;
        Effects = effects;
        Id = id;
    }

    /// <summary>
    /// The first 12 hexadecimal digits of the SHA-256 of the edit's file, record and effects; given before the edit is applied, and never
    /// changed. The record holds the time and how long the edit took, so making an edit again gives another id.
    /// </summary>
    public string Id { get; }

    /// <summary>What was asked, how it was made and what it did.</summary>
    public EditRecord Record { get; }

    /// <summary>What it does to the model, in order.</summary>
    public IReadOnlyList<IEditEffect> Effects { get; }

    /// <summary>The change of each weight that it changes, by the weight's name in the checkpoint; a matrix is <c>[out,in]</c>.</summary>
    public IReadOnlyDictionary<string, IWeightDelta> Deltas =>
        Effects.OfType<WeightEffect>().ToDictionary(change => change.Weight, change => change.Delta, StringComparer.Ordinal);

    /// <summary>
    /// The whole edit as changes of weights, <see cref="Deltas"/>,
    /// for what keeps weights alone, such as a merged checkpoint.
    /// </summary>
    /// <exception cref="AmendException">The edit changes what a layer gives out, or prompts, and no weight could say so.</exception>
    public IReadOnlyDictionary<string, IWeightDelta> AsWeights()
    {
        foreach (var effect in Effects)
        {
            var changed = effect switch
            {
                IAdaptorEffect => $"changes what '{effect.Weight}' gives out and not the weight",
                IPreambleEffect => "puts text in front of prompts and changes no weight",
                _ => null,
            };
            if (changed is not null)
            {
                throw new AmendException(
                    $"Edit {Id} ({Record.Editor}) {changed}, so it cannot be merged into weights; take it back first.");
            }
        }

        return Deltas;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var effect in Effects)
            effect.Dispose();
    }
}
