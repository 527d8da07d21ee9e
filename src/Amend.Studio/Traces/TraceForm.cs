using Amend.Server.Api;
using Amend.Studio.Elements;
using Amend.Tracing;
using Amend.Tracing.Noise;

namespace Amend.Studio.Traces;

/// <summary>What is filled in for a trace.</summary>
public sealed record TraceForm
{
    private static readonly TraceOptions Usual = new();

    /// <summary>A text that the model completes with the fact.</summary>
    public string Prompt { get; set; } = "";

    /// <summary>The subject, as it stands in the prompt.</summary>
    public string Subject { get; set; } = "";

    /// <summary>The object; what the model answers when empty.</summary>
    public string Answer { get; set; } = "";

    /// <summary>The state.</summary>
    public string? At { get; set; }

    /// <summary>Whether all kinds are traced, and not the three of the paper's figure 1 alone.</summary>
    public bool AllKinds { get; set; } = true;

    /// <summary>The noise.</summary>
    public string Noise { get; set; } = NoiseRule.ThreeDeviations.ToString();

    /// <summary>Corrupted copies of the prompt.</summary>
    public int Samples { get; set; } = Usual.Samples;

    /// <summary>The noise's seed.</summary>
    public int Seed { get; set; } = Usual.Seed;

    /// <summary>Whether there is something to trace.</summary>
    public bool IsWhole => Prompt.Length > 0 && Subject.Length > 0;

    private IReadOnlyList<string> Kinds => [.. (AllKinds ? TraceKind.All : Usual.Kinds).Select(kind => kind.Name)];

    /// <summary>What is filled in, from an address.</summary>
    public static TraceForm Read(Func<string, string?> shown) => new()
    {
        Prompt = shown("prompt") ?? "",
        Subject = shown("subject") ?? "",
        Answer = shown("answer") ?? "",
        At = shown("at"),
        AllKinds = shown("kinds") != "three",
        Noise = shown("noise") ?? NoiseRule.ThreeDeviations.ToString(),
        Samples = int.TryParse(shown("samples"), out var samples) ? samples : Usual.Samples,
        Seed = int.TryParse(shown("seed"), out var seed) ? seed : Usual.Seed,
    };

    /// <summary>What is filled in, for an address.</summary>
    public IEnumerable<(string Name, string? Value)> ToAddress() =>
    [
        ("prompt", Prompt), ("subject", Subject), ("answer", Answer), ("at", At), ("kinds", AllKinds ? null : "three"),
        ("noise", Noise == NoiseRule.ThreeDeviations.ToString() ? null : Noise),
        ("samples", Samples == Usual.Samples ? null : $"{Samples}"), ("seed", Seed == Usual.Seed ? null : $"{Seed}"),
    ];

    /// <summary>The order.</summary>
    public TraceBody ToBody() => new(Prompt, Subject)
    {
        Answer = Answer.Length == 0 ? null : Answer,
        At = At,
        Kinds = Kinds,
        Noise = Noise,
        Samples = Samples,
        Seed = Seed,
    };

    /// <summary>The fact.</summary>
    public TraceFact ToFact() => new(Prompt, Subject, Answer.Length == 0 ? null : Answer);

    /// <summary>The command that does the same.</summary>
    /// <param name="model">The model.</param>
    /// <param name="isEdited">Whether edits were in force.</param>
    public string Command(string model, bool isEdited) => ShellText.Join(
    [
        "amend", "trace", model, "--prompt", Prompt, "--subject", Subject, .. ShellText.Option("--answer", Answer),
        "--kind", string.Join(',', Kinds), "--noise", Noise, "--samples", $"{Samples}", "--seed", $"{Seed}", isEdited ? "--edited" : null,
    ]);
}
