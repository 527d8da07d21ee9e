using Amend.Models;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;

namespace Amend.Tracing.Studies;

/// <summary>
/// What makes the traces of a study comparable: it is written once, and a study is gone on with only where it is the same.
/// </summary>
/// <param name="Format"><see cref="TraceJson.Format"/>.</param>
/// <param name="Model">The model's name.</param>
/// <param name="WeightsHash">The hash of its weights.</param>
/// <param name="Noise">The noise.</param>
/// <param name="Kinds">The kinds' names.</param>
/// <param name="Window">The window.</param>
/// <param name="Samples">Corrupted copies.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Scoring">How answers are scored.</param>
/// <param name="Replicate">Whether severed kinds have two draws of noise.</param>
public sealed record StudyDescription(
    string Format,
    string Model,
    string WeightsHash,
    NoiseLevel Noise,
    IReadOnlyList<string> Kinds,
    int Window,
    int Samples,
    int Seed,
    AnswerScoring Scoring,
    bool Replicate)
{
    /// <summary>The ids of the edits that are in force, in order.</summary>
    public IReadOnlyList<string> Edits { get; init; } = [];

    /// <summary>The description of a study with a tracer's settings.</summary>
    public static StudyDescription Of(LanguageModel model, NoiseLevel noise, TraceOptions options) => new(
        TraceJson.Format, model.Name, model.BaseHash, noise, [.. options.Kinds.Select(kind => kind.Name)],
        options.Window, options.Samples, options.Seed, options.Scoring, options.Replicate) { Edits = model.Applied.Ids };

    /// <summary>A tracer's settings that give these traces.</summary>
    /// <param name="batchTokens">Tokens computed at once.</param>
    public TraceOptions ToOptions(int batchTokens) => new()
    {
        Kinds = [.. Kinds.Select(TraceKind.Find)],
        Window = Window,
        Samples = Samples,
        Seed = Seed,
        Scoring = Scoring,
        Replicate = Replicate,
        BatchTokens = batchTokens,
    };

    /// <summary>Whether another study gives the same traces.</summary>
    public bool Matches(StudyDescription other) =>
        Kinds.SequenceEqual(other.Kinds) && Edits.SequenceEqual(other.Edits)
        && this with { Kinds = other.Kinds, Edits = other.Edits, Model = other.Model } == other;
}
