using Amend.Models;
using Amend.Models.Inspection;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;
using Amend.Tracing.Runs;
using static TorchSharp.torch;

namespace Amend.Tracing;

/// <summary>
/// Causal tracing (Meng et al. 2022, section 2): a fact is asked once clean and several times with noise on its subject's embeddings;
/// then, for each token and layer, with noise but with that one place restored. How far the answer's probability comes back is the
/// place's indirect effect. Sites come from taps, so every family of causal decoders can be traced. Edits that the model has are in force,
/// adaptors among them: the fact's prompt is the prompt that those answer for.
/// </summary>
public sealed class CausalTracer
{
    private readonly LanguageModel _model;
    private readonly NoiseLevel _noise;
    private readonly TraceOptions _options;

    /// <summary>Creates a tracer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="noise">The noise; see <see cref="NoiseRule.LevelFor"/>.</param>
    /// <param name="options">What is traced and how.</param>
    /// <exception cref="AmendException">An option is out of range.</exception>
    public CausalTracer(LanguageModel model, NoiseLevel noise, TraceOptions? options = null)
    {
        _options = options ?? new TraceOptions();
        _options.Check();
        (_model, _noise) = (model, noise);
    }

    /// <summary>
    /// What a trace holds in memory beside the model, an estimate from above: a block's activations, the restored runs' states and the
    /// logits of as many tokens as are computed at once, and the states of the clean run and of the corrupted ones.
    /// </summary>
    /// <param name="model">The model, whose weights may have no values.</param>
    /// <param name="tokens">The fact's tokens.</param>
    /// <param name="options">How it is traced; as by default when null.</param>
    public static long BytesFor(LanguageModel model, int tokens, TraceOptions? options = null)
    {
        var asked = options ?? new TraceOptions();
        var (shape, size) = (model.Shape, model.Weights.All[0].Value.element_size());
        var atOnce = Math.Min(asked.BatchTokens, (long)asked.Samples * tokens * tokens);
        var ofRuns = PassMemory.Of(model).OfBlock(atOnce) + (atOnce * ((shape.Width * size) + (shape.MlpWidth * sizeof(float))));
        // Of each layer its input, keys and values.
        return ofRuns + ((1 + asked.Samples) * 3L * shape.Layers * tokens * shape.Width * size);
    }

    /// <summary>Traces a fact with noise from the options' seed.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="stop">Ends the trace between tokens.</param>
    /// <exception cref="FactNotKnownException">The model does not answer the fact rightly.</exception>
    /// <exception cref="AmendException">The prompt is empty or too long, or does not contain its subject once as whole words.</exception>
    public FactTrace Trace(TraceFact fact, CancellationToken stop = default)
    {
        var tokens = FactTokens.Create(_model, fact, _options.Scoring);
        using var noise = SubjectNoise.Draw(
            _noise, _options.Samples, tokens.SubjectLength, _model.Shape.Width, _options.Seed, _options.Replicate);
        return Run(tokens, noise, _options.Seed, stop);
    }

    /// <summary>Traces a fact with noise given as data; samples are the noise's.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="noise">The noise, for as many tokens as the subject has.</param>
    /// <param name="stop">Ends the trace between tokens.</param>
    /// <exception cref="FactNotKnownException">The model does not answer the fact rightly.</exception>
    /// <exception cref="AmendException">The prompt is empty or too long, or does not contain its subject once as whole words.</exception>
    public FactTrace Trace(TraceFact fact, SubjectNoise noise, CancellationToken stop = default)
    {
        var tokens = FactTokens.Create(_model, fact, _options.Scoring);
        var isAsked = noise.Values.shape[1] == tokens.SubjectLength && noise.Values.shape[2] == _model.Shape.Width;
        if (!isAsked || (_options.Replicate && noise.Second is null))
        {
            throw new ArgumentException(
                $"Noise [{string.Join(",", noise.Values.shape)}] was given for {tokens.SubjectLength} subject tokens of width "
                + $"{_model.Shape.Width}; give one of that shape, with a second draw to replicate.", nameof(noise));
        }

        return Run(tokens, noise, null, stop);
    }

    /// <summary>
    /// What the model says in the runs of one cell: clean, corrupted, and with the cell restored, with the noise of a trace of the fact.
    /// </summary>
    /// <param name="fact">The fact.</param>
    /// <param name="kind">What is restored.</param>
    /// <param name="token">The token of the prompt, from 0.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="count">How many of the likeliest tokens.</param>
    /// <exception cref="AmendException">
    /// The prompt is empty or too long, does not contain its subject once as whole words, or has no such token, or the model no such layer.
    /// </exception>
    public RestoredAnswer AnswerAt(TraceFact fact, TraceKind kind, int token, int layer, int count = 5)
    {
        var tokens = FactTokens.Create(_model, fact, _options.Scoring);
        if (token < 0 || token >= tokens.PromptIds.Count || layer < 0 || layer >= _model.Shape.Layers)
        {
            throw new AmendException(
                $"Token {token} at layer {layer} was asked; give one of {tokens.PromptIds.Count} tokens and {_model.Shape.Layers} layers, "
                + "from 0.");
        }

        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var noise = SubjectNoise.Draw(
            _noise, _options.Samples, tokens.SubjectLength, _model.Shape.Width, _options.Seed, twice: false);
        var cell = new RestoredCell(_model, tokens, noise);
        var restored = kind.Run(layer, new Window(_options.Window, _model.Shape.Layers), freezeAll: false);
        return new RestoredAnswer(kind.Name, token, layer, Said(null), Said([]), Said(restored));

        IReadOnlyList<TokenProbability> Said(IReadOnlyList<Restoration?>? run) =>
            LikelyTokens.Of(_model, cell.Probabilities(run, token), count);
    }

    private FactTrace Run(FactTokens fact, SubjectNoise noise, int? seed, CancellationToken stop)
    {
        using var inference = inference_mode();
        var windowed = _options.Kinds.Where(kind => kind.IsWindowed).Select(kind => kind.Site).OfType<SiteKind>().Distinct();
        using var clean = RecordedPass.Run(_model, fact, [.. windowed]);
        var reader = new AnswerReader(_model, fact, _options.BatchTokens);
        CheckKnown(fact, reader.Likeliest(clean.Before(_model.Shape.Layers)));
        var runs = new SampleRuns(_model, _options, fact, clean, reader);
        var atOnce = Math.Clamp(_options.BatchTokens / (_model.Shape.Layers * fact.Ids.Count), 1, noise.Samples);
        for (var first = 0; first < noise.Samples; first += atOnce)
            runs.Run(noise, first, Math.Min(atOnce, noise.Samples - first), stop);
        return new FactTrace
        {
            Model = _model.Name,
            WeightsHash = _model.BaseHash,
            Edits = _model.Applied.Ids,
            Prompt = fact.Fact.Prompt,
            Subject = fact.Fact.Subject,
            Answer = fact.Answer,
            AnswerIds = fact.AnswerIds,
            Tokens = fact.Tokens,
            SubjectStart = fact.SubjectStart,
            SubjectEnd = fact.SubjectEnd,
            Scoring = _options.Scoring,
            Noise = _noise,
            Samples = noise.Samples,
            Seed = seed,
            Replicate = _options.Replicate,
            CleanProbability = reader.Probabilities(clean.Before(_model.Shape.Layers), 0)[0],
            CorruptedProbability = runs.Sums.Corrupted / noise.Samples,
            Maps =
            [
                .. _options.Kinds.Select(kind =>
                    new EffectMap(kind.Name, kind.IsWindowed ? _options.Window : null, runs.Sums.Means(kind, noise.Samples))),
            ],
            TokenLayerSteps = (fact.Ids.Count * _model.Shape.Layers) + runs.Steps,
        };
    }

    private void CheckKnown(FactTokens fact, int[] likeliest)
    {
        if (!likeliest.SequenceEqual(fact.AnswerIds))
        {
            throw new FactNotKnownException(
                $"'{_model.Name}' answers '{_model.Tokenizer.Decode(likeliest).Trim()}' to '{fact.Fact.Prompt}', not '{fact.Answer}'; "
                + "trace a fact that it knows, or the answer that it gives.");
        }

    }
}
