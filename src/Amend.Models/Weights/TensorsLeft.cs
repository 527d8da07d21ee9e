using Amend.Models.Configuration;
using Amend.Tensors.Files;

namespace Amend.Models.Weights;

/// <summary>
/// What a checkpoint holds beside the parameters that were read from it: expected, of another head, or a sign that it does not fit.
/// </summary>
internal sealed class TensorsLeft
{
    private const int MostListed = 20;
    private const int MostShown = 5;
    private readonly Checkpoint _checkpoint;
    private readonly List<string> _others = [];
    private readonly List<string> _unexpected = [];
    private readonly List<string> _notes = [];

    /// <summary>Looks at what was left.</summary>
    /// <param name="checkpoint">The open checkpoint.</param>
    /// <param name="form">How the family's checkpoints write the parameters.</param>
    /// <param name="asked">The names in the file that were asked for.</param>
    /// <param name="table">What was read.</param>
    public TensorsLeft(Checkpoint checkpoint, CheckpointForm form, IReadOnlySet<string> asked, WeightTable table)
    {
        _checkpoint = checkpoint;
        var parts = asked.Select(PartOf).ToHashSet(StringComparer.Ordinal);
        // A tied head is a module of the model though no tensor of it is read: a bias there would change what it computes.
        var copies = form.Copies.Select(copy => ModuleOf(copy.Copy)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in checkpoint.Names.Where(name => !asked.Contains(name)))
        {
            var bare = CheckpointNames.Bare(name);
            if (form.OriginalOf(bare) is { } original)
                NoteDifference(name, original, table);
            else if (!form.PassesOver(bare))
                (IsUnexpected(bare) ? _unexpected : _others).Add(name);
        }

        bool IsUnexpected(string bare) =>
            !form.IsOfOtherPart(bare) && (parts.Contains(PartOf(bare)) || copies.Contains(ModuleOf(bare)));
    }

    /// <summary>Names inside a part of the model that nothing asked for: the model would compute something else with them.</summary>
    public IReadOnlyList<string> Unexpected => _unexpected;

    /// <summary>What was passed over, a sentence each.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            var notes = _notes.ToList();
            if (_checkpoint.Files.OfType<UnpackedFile>().Sum(file => file.Packed) is > 0 and var packed)
            {
                notes.Add(
                    $"{Count(packed)} in MXFP4 {Are(packed)} unpacked when they are loaded: in memory they have the type of the others.");
            }

            if (_others.Count > 0)
                notes.Add($"The weights hold {Count(_others.Count)} of no part of the model, which {Are(_others.Count)} passed over: "
                    + $"{Listed(_others, MostShown)}.");
            var absent = _checkpoint.Absent.Keys.Order(StringComparer.Ordinal).ToList();
            if (absent.Count > 0)
                notes.Add($"The weights' index names {Count(absent.Count)} that no shard has and the model does not need: "
                    + $"{Listed(absent, MostShown)}.");
            return notes;
        }
    }

    /// <summary>The failure that lists what does not fit, and shows what the file holds where names are missing.</summary>
    /// <param name="misfits">What is missing or of another shape, a clause each.</param>
    public ModelFormatException Refusal(IReadOnlyList<string> misfits)
    {
        var unexpected = _unexpected.Select(name => $"'{_checkpoint.NameInFile(name)}' is not expected").ToList();
        var all = misfits.Concat(unexpected).ToList();
        var shown = all.Count <= MostListed ? all
            : [.. misfits.Take(Math.Max(MostListed / 2, MostListed - unexpected.Count)),
                .. unexpected.Take(Math.Max(MostListed / 2, MostListed - misfits.Count))];
        var more = all.Count > shown.Count ? $" and {all.Count - shown.Count} more" : "";
        var held = misfits.Count > 0 && _others.Count > 0 ? $"; it also holds {Listed(_others, MostShown)}" : "";
        return new ModelFormatException(
            $"The checkpoint in '{_checkpoint.Path}' does not fit its configuration ({all.Count} problems): "
                + $"{string.Join("; ", shown)}{more}{held}; "
            + "check that both come from the same model.");
    }

    private void NoteDifference(string copy, string original, WeightTable table)
    {
        if (!table.Contains(original))
            return;
        var used = table[original].NameInFile;
        if (_checkpoint.AreEqual(copy, used))
            return;
        _notes.Add(
            $"The weights hold '{copy}', which differs from '{used}', though config.json ties the two (tie_word_embeddings); "
            + $"'{used}' is used for both. Where the model has a head of its own, set tie_word_embeddings to false.");
    }

    /// <summary>The part of the model that a tensor belongs to: the first component of its name.</summary>
    private static string PartOf(string name) => CheckpointNames.Bare(name).Split('.')[0];

    /// <summary>The module that a tensor belongs to: its name without the last component.</summary>
    private static string ModuleOf(string name) => name.LastIndexOf('.') is >= 0 and var end ? name[..end] : "";

    private static string Count(int tensors) => tensors == 1 ? "1 tensor" : $"{tensors} tensors";

    private static string Are(int tensors) => tensors == 1 ? "is" : "are";

    private string Listed(List<string> names, int most) =>
        string.Join(", ", names.Take(most).Select(name => $"'{_checkpoint.NameInFile(name)}'"))
            + (names.Count > most ? $" and {names.Count - most} more" : "");
}
