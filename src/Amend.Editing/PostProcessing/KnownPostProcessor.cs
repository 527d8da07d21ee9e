namespace Amend.Editing.PostProcessing;

/// <summary>A post-processor by its name, with its number.</summary>
/// <param name="Name">What the setting <c>post</c> calls it.</param>
/// <param name="Default">Its number where none is given.</param>
/// <param name="Least">The least number.</param>
/// <param name="Most">The greatest number.</param>
/// <param name="Create">Makes it from its number.</param>
internal sealed record KnownPostProcessor(string Name, double Default, double Least, double Most, Func<double, PostProcessor> Create);
