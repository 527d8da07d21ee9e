namespace Amend.Models.Weights;

/// <summary>How a family's checkpoints differ from the list of its parameters: names that vary, and tensors that no parameter is.</summary>
/// <param name="OptionalPrefix">
/// A prefix of the family's names that some files leave out, such as <c>transformer.</c>; empty for none.
/// </param>
public sealed record CheckpointForm(string OptionalPrefix = "")
{
    /// <summary>Ends of names, as they are now and as other files have them, such as the first published ones.</summary>
    public IReadOnlyList<(string Now, string Other)> OtherNames { get; init; } = [];

    /// <summary>
    /// Ends of the names of tensors that are left in the file without a word: constants that are computed anew, and heads of the tasks
    /// that a model was first trained for.
    /// </summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];

    /// <summary>
    /// Beginnings of the names of tensors that are left in the file and noted: parts of a larger model, such as the one that sees pictures.
    /// </summary>
    public IReadOnlyList<string> OtherParts { get; init; } = [];

    /// <summary>
    /// Tensors that are a parameter once more, where the list of parameters does not ask for them itself: the copy's name or the end
    /// of it, and the parameter. A file may hold only the copy.
    /// </summary>
    public IReadOnlyList<(string Copy, string Of)> Copies { get; init; } = [];

    /// <summary>Whether a tensor that no parameter is can be left where it is.</summary>
    /// <param name="name">Its name, without what wrapped the model in training.</param>
    internal bool PassesOver(string name) => PassedOver.Any(end => name.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Whether a tensor belongs to a part of a larger model that this is not.</summary>
    /// <param name="name">Its name, without what wrapped the model in training.</param>
    internal bool IsOfOtherPart(string name) => OtherParts.Any(part => name.StartsWith(part, StringComparison.Ordinal));

    /// <summary>The parameter that a tensor is a copy of; null where it is none.</summary>
    /// <param name="name">Its name, without what wrapped the model in training.</param>
    internal string? OriginalOf(string name) =>
        Copies.Where(copy => name.EndsWith(copy.Copy, StringComparison.Ordinal)).Select(copy => copy.Of).FirstOrDefault();

    /// <summary>What a parameter can be called in a file, its own name first.</summary>
    internal IEnumerable<string> NamesOf(string name)
    {
        string[] full =
        [
            name,
            .. from end in OtherNames
               where name.EndsWith(end.Now, StringComparison.Ordinal)
               select name[..^end.Now.Length] + end.Other,
        ];
        return full.Concat(full.Where(one => one.StartsWith(OptionalPrefix, StringComparison.Ordinal))
            .Select(one => one[OptionalPrefix.Length..]));
    }
}
