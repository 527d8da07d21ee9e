namespace Amend.Editing.HyperNetworks.Objectives;

/// <summary>An edit that a network is trained or measured with.</summary>
/// <param name="Edit">What the network is given.</param>
/// <param name="Asked">Prompts that should give the new target afterwards: the edit's own, paraphrases.</param>
/// <param name="Kept">Texts that should give out afterwards what they do before.</param>
internal sealed record EditExample(EditRequest Edit, IReadOnlyList<string> Asked, IReadOnlyList<string> Kept);
