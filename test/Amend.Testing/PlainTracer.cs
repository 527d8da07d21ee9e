using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Tracing;
using Amend.Tracing.Noise;
using Amend.Tracing.Runs;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>
/// Causal tracing as kmeng01/rome's <c>causal_trace.py</c> does it: for every token and layer one whole pass over a clean copy and
/// all corrupted ones, and two for the severed kinds. It is what <see cref="CausalTracer"/> is tested and timed against.
/// </summary>
internal sealed class PlainTracer
{
    private readonly LanguageModel _model;
    private readonly TraceOptions _options;
    private readonly FactTokens _fact;
    private readonly SubjectNoise _noise;

    public PlainTracer(LanguageModel model, TraceFact fact, SubjectNoise noise, TraceOptions options)
    {
        (_model, _options, _noise) = (model, options, noise);
        _fact = FactTokens.Create(model, fact, options.Scoring);
    }

    /// <summary>Tokens that went through blocks so far.</summary>
    public long Steps { get; private set; }

    public int Tokens => _fact.PromptIds.Count;

    /// <summary>The answer's probability in the clean copy and, as a mean, in the corrupted ones.</summary>
    public (double Clean, double Corrupted) Base() => Probabilities(_noise.Values, _ => { });

    /// <summary>The answer's probability with each token and layer restored, <c>[T][L]</c>.</summary>
    public double[][] Map(TraceKind kind) =>
        [.. Enumerable.Range(0, Tokens).Select(token => Enumerable.Range(0, _model.Shape.Layers).Select(layer => Restored(kind, token, layer)).ToArray())];

    /// <summary>One restored run.</summary>
    public double Restored(TraceKind kind, int token, int layer)
    {
        var (first, after) = (layer - (_options.Window / 2), layer + _options.Window - (_options.Window / 2));
        var window = Enumerable.Range(0, _model.Shape.Layers).Where(at => at >= first && at < after);
        if (kind == TraceKind.State)
            return Probabilities(_noise.Values, trace => Clean(trace, Site.BlockOut(layer), token)).Corrupted;
        if (kind == TraceKind.Mlp)
            return Probabilities(_noise.Values, trace => window.ToList().ForEach(at => Clean(trace, Site.MlpOut(at), token))).Corrupted;
        if (kind == TraceKind.Attention)
            return Probabilities(_noise.Values, trace => window.ToList().ForEach(at => Clean(trace, Site.AttentionOut(at), token))).Corrupted;
        return Severed(kind == TraceKind.FrozenMlp ? Site.MlpOut : Site.AttentionOut, token, layer);
    }

    private double Severed(Func<int, Site> site, int token, int layer)
    {
        using var scope = NewDisposeScope();
        var stored = new Dictionary<Site, Tensor>();
        Site[] sites = [.. Enumerable.Range(0, _model.Shape.Layers).Select(site)];
        Probabilities(_noise.Values, trace => trace.Capture(sites), trace => Array.ForEach(sites, one => stored[one] = trace[one].clone().DetachFromDisposeScope()));
        var result = Probabilities(_options.Replicate ? _noise.Second! : _noise.Values, trace =>
        {
            foreach (var one in sites)
                trace.Replace(one, value => Put(value, stored[one].narrow(0, 1, _noise.Samples).select(1, token), token));
            Clean(trace, Site.BlockOut(layer), token);
        });
        foreach (var value in stored.Values)
            value.Dispose();
        return result.Corrupted;
    }

    private static void Clean(Trace trace, Site site, int token) => trace.Replace(site, value => Put(value, value[0, token].unsqueeze(0), token));

    private static Tensor Put(Tensor value, Tensor source, int token)
    {
        var changed = value.clone();
        var ofCorrupted = changed.narrow(0, 1, changed.shape[0] - 1).select(1, token);
        ofCorrupted.copy_(source.expand_as(ofCorrupted));
        return changed;
    }

    private (double Clean, double Corrupted) Probabilities(Tensor noise, Action<Trace> change, Action<Trace>? then = null)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var rows = _noise.Samples + 1;
        using var corruption = _model.Trace().Replace(Site.Embedding, value => Corrupted(value, noise));
        using var trace = _model.Trace();
        change(trace);
        var ids = tensor(_fact.Ids.Select(id => (long)id).ToArray(), 1, _fact.Ids.Count).expand(rows, -1);
        var attention = _fact.Ending(AttentionScope.Causal(ones_like(ids, dtype: ScalarType.Bool), _fact.Ids.Count));
        var hidden = _model.Decoder.Blocks(_model.Decoder.Embed(ids, attention.Positions), attention);
        Steps += (long)rows * _fact.Ids.Count * _model.Shape.Layers;
        then?.Invoke(trace);
        var logProbabilities = nn.functional.log_softmax(_model.Decoder.Unembed(hidden.narrow(1, _fact.ReadFrom, _fact.AnswerIds.Count)), -1);
        var total = zeros(rows);
        for (var place = 0; place < _fact.AnswerIds.Count; place++)
            total = total + logProbabilities.select(1, place).select(1, _fact.AnswerIds[place]);
        var probabilities = total.exp().data<float>().ToArray();
        return (probabilities[0], probabilities.Skip(1).Average());
    }

    private Tensor Corrupted(Tensor value, Tensor noise)
    {
        var corrupted = value.clone();
        var ofSubject = corrupted.narrow(0, 1, _noise.Samples).narrow(1, _fact.SubjectStart, _fact.SubjectLength);
        ofSubject.copy_(_noise.Replace ? noise : ofSubject + noise);
        return corrupted;
    }
}
