using Amend.Models;
using Amend.Server.Problems;
using Amend.Tracing;
using Amend.Tracing.Noise;

namespace Amend.Server.Api;

/// <summary>An order for a causal trace, as <c>amend trace</c> takes it.</summary>
/// <param name="Prompt">A text that the model completes with the fact, subject in place.</param>
/// <param name="Subject">The subject, as it stands in the prompt.</param>
public sealed record TraceBody(string Prompt, string Subject)
{
    private const int MostSamples = 1000;
    private static readonly TraceOptions Usual = new();

    /// <summary>The object; what the model answers when null.</summary>
    public string? Answer { get; init; }

    /// <summary>The state: an edit's id, <c>base</c>, or null for the model as it is now.</summary>
    public string? At { get; init; }

    /// <summary>What is restored; state, mlp and attn when null.</summary>
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>The noise, such as <c>3s</c>.</summary>
    public string Noise { get; init; } = NoiseRule.ThreeDeviations.ToString();

    /// <summary>Corrupted copies of the prompt.</summary>
    public int Samples { get; init; } = Usual.Samples;

    /// <summary>The noise's seed.</summary>
    public int Seed { get; init; } = Usual.Seed;

    /// <summary>Layers restored together for mlp and attn; the share that the paper has when null.</summary>
    public int? Window { get; init; }

    /// <summary>The tracer of a model.</summary>
    /// <exception cref="Tensors.AmendException">Something asked is out of range, or the model is no causal decoder.</exception>
    internal CausalTracer Tracer(LanguageModel model)
    {
        model.RequireDecoder("trace");
        if (Samples > MostSamples)
            throw new RefusedException(Refusal.BadRequest($"{Samples} samples were asked; give at most {MostSamples}."));
        var options = new TraceOptions
        {
            Kinds = Kinds is null ? Usual.Kinds : [.. Kinds.Select(TraceKind.Find).Distinct()],
            Samples = Samples,
            Seed = Seed,
            Window = Window ?? TraceOptions.WindowFor(model.Shape.Layers),
        };
        return new CausalTracer(model, NoiseRule.Parse(Noise).LevelFor(model, [Subject]), options);
    }
}
