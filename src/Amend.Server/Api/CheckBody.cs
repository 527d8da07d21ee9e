using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Server.Problems;
using Amend.Shipping.Gates;

namespace Amend.Server.Api;

/// <summary>An order for a check of a model with its edits, as <c>amend check</c> takes it.</summary>
public sealed record CheckBody
{
    private const int MostGate = 10_000;

    /// <summary>Which edits: <c>all</c>, ids divided by commas, or <c>@ID</c>.</summary>
    public string Edits { get; init; } = "all";

    /// <summary>What must hold, as the text of a gate, such as <c>plain: { prompts: 1 }</c>; nothing when null.</summary>
    public string? Gate { get; init; }

    /// <summary>The gate of a text; null for none.</summary>
    /// <exception cref="Tensors.AmendException">It is no gate.</exception>
    internal static Gate? Read(string? text) => text is null ? null
        : text.Length <= MostGate ? Shipping.Gates.Gate.Parse("of the request", text)
        : throw new RefusedException(Refusal.BadRequest(
            $"A gate of {text.Length} characters was given, and at most {MostGate} are read; give fewer criteria."));

    /// <summary>What is asked beside the questions of the edits' records: the embedded text and probe.</summary>
    internal static CheckOptions Options(LoadOptions load) =>
        new() { FixedText = EmbeddedSuites.GuardText(), Probe = EmbeddedSuites.Probe(), Load = load };
}
