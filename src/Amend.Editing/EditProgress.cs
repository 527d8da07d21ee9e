namespace Amend.Editing;

/// <summary>How far an edit in the making is.</summary>
/// <param name="What">What is being done, such as <c>optimising values</c>.</param>
/// <param name="Done">How much of it is done, 0 when it begins.</param>
/// <param name="Of">How much there is at most; an optimisation can end before.</param>
public sealed record EditProgress(string What, int Done, int Of);
