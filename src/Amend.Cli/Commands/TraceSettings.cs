using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Models;
using Amend.Tracing;
using Amend.Tracing.Noise;

namespace Amend.Cli.Commands;

/// <summary>The options of <c>amend trace</c> that say how facts are traced.</summary>
internal sealed class TraceSettings
{
    private const StringSplitOptions Trimmed = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
    private static readonly TraceOptions Usual = new();
    private readonly Option<string> _kind = new("--kind")
    {
        Description = $"What is restored, separated by commas: {string.Join(", ", TraceKind.All)}.",
        HelpName = "NAMES",
        DefaultValueFactory = _ => string.Join(',', Usual.Kinds),
    };

    private readonly Option<string> _noise = new("--noise")
    {
        Description = "3s: three deviations of the subjects' embeddings; a level such as 0.1; u0.1 for uniform noise.",
        HelpName = "RULE",
        DefaultValueFactory = _ => NoiseRule.ThreeDeviations.ToString(),
    };

    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "Put the noise in the embeddings' place instead of adding it.",
    };

    private readonly Option<int> _samples = new("--samples")
    {
        Description = "Corrupted copies of each prompt.",
        HelpName = "N",
        DefaultValueFactory = _ => Usual.Samples,
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The noise's seed.",
        HelpName = "N",
        DefaultValueFactory = _ => Usual.Seed,
    };

    private readonly Option<int?> _window = new("--window")
    {
        Description = "Layers restored together for mlp and attn; 10 in models of 48 layers or more, the same share of smaller ones.",
        HelpName = "N",
    };

    private readonly Option<bool> _firstToken = new("--first-token")
    {
        Description = "Score the answer's first token only, as the authors' code.",
    };

    private readonly Option<bool> _replicate = new("--replicate")
    {
        Description = "Give the severed kinds two draws of noise, as the authors' code.",
    };

    private readonly Option<int> _batch = new("--batch-tokens")
    {
        Description = "Tokens computed at once; memory grows with it.",
        HelpName = "N",
        DefaultValueFactory = _ => Usual.BatchTokens,
    };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_kind, _noise, _replace, _samples, _seed, _window, _firstToken, _replicate, _batch])
            command.Options.Add(option);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="UsageException">One of them cannot be used.</exception>
    public Values Read(ParseResult parsed) => UsageException.In(() =>
    {
        var options = new TraceOptions
        {
            Kinds = [.. parsed.GetValue(_kind)!.Split(',', Trimmed).Select(TraceKind.Find).Distinct()],
            Samples = parsed.GetValue(_samples),
            Seed = parsed.GetValue(_seed),
            Window = parsed.GetValue(_window) ?? Usual.Window,
            Scoring = parsed.GetValue(_firstToken) ? AnswerScoring.FirstToken : AnswerScoring.Whole,
            Replicate = parsed.GetValue(_replicate),
            BatchTokens = parsed.GetValue(_batch),
        };
        options.Check();
        return new Values(NoiseRule.Parse(parsed.GetValue(_noise)!, parsed.GetValue(_replace)), options, parsed.GetValue(_window) is null);
    });

    /// <summary>What was read.</summary>
    /// <param name="Noise">The noise.</param>
    /// <param name="Options">The options; their window is the model's where none was given.</param>
    /// <param name="WindowOfModel">Whether no window was given.</param>
    internal sealed record Values(NoiseRule Noise, TraceOptions Options, bool WindowOfModel)
    {
        /// <summary>The options for a model.</summary>
        public TraceOptions OptionsFor(LanguageModel model) =>
            WindowOfModel ? Options with { Window = TraceOptions.WindowFor(model.Shape.Layers) } : Options;
    }
}
