using Amend.Atlas.Facts;
using Amend.Editing;

namespace Amend.Server.Api;

/// <summary>A fact to change or to check.</summary>
/// <param name="Prompt">The fact as text that its object follows, with <c>{}</c> for the subject.</param>
/// <param name="TargetNew">The object that the model should give.</param>
public sealed record FactBody(string Prompt, string TargetNew)
{
    private static readonly Lazy<AtlasWorld> World = new(AtlasWorld.LoadEmbedded);

    /// <summary>The subject; null for editors that need none.</summary>
    public string? Subject { get; init; }

    /// <summary>The object that it gives now.</summary>
    public string? TargetTrue { get; init; }

    /// <summary>Prompts that should follow.</summary>
    public IReadOnlyList<string> Paraphrases { get; init; } = [];

    /// <summary>Prompts that should keep their answers.</summary>
    public IReadOnlyList<string> Neighbors { get; init; } = [];

    /// <summary>The request, filled with what the embedded world knows of the fact.</summary>
    /// <exception cref="Tensors.AmendException">A part is empty, or the subject has not one place in the prompt.</exception>
    internal EditRequest ToRequest() => WorldKnowledge.Complete(World.Value, EditRequest.From(Prompt, Subject, TargetNew) with
    {
        TargetTrue = TargetTrue,
        Paraphrases = Paraphrases,
        Neighbors = Neighbors,
    });
}
