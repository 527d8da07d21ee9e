using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Subjects;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>
/// Reads the model at the lookup tokens of requests, as it is at each call (<c>compute_ks</c> in kmeng01/memit). Tokens behind
/// the lookup token cannot change what is read and are left out.
/// </summary>
internal sealed class LookupPass
{
    private readonly LanguageModel _model;
    private readonly CausalDecoder _decoder;
    private readonly int _chunk;
    private readonly IReadOnlyList<int>[][] _prompts;

    /// <summary>Tokenizes the prompts of requests in all templates, the bare one first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="templates">The context templates.</param>
    /// <param name="lookup">Which token is read.</param>
    /// <param name="chunk">Requests a pass.</param>
    public LookupPass(LanguageModel model, IReadOnlyList<EditRequest> requests, ContextTemplates templates, LookupToken lookup, int chunk)
    {
        (_model, _decoder, _chunk) = (model, model.RequireDecoder("The reading of keys"), chunk);
        _prompts = [.. requests.Select(request => templates.Texts.Select(template => UpToLookup(template, request)).ToArray())];

        IReadOnlyList<int> UpToLookup(string template, EditRequest request)
        {
            var (text, token) = request.ToSubjectPrompt().In(template).FindToken(model.Tokenizer, lookup);
            return [.. text.Ids.Take(token + 1)];
        }
    }

    /// <summary>Asked before each pass whether the edit is to stop.</summary>
    public EditPace Pace { get; init; }

    /// <summary>
    /// The keys at a layer, <c>[N,F]</c> float32, in the caller's dispose scope: for each request the mean of the bare prompt's key
    /// and the mean key of the other templates.
    /// </summary>
    public Tensor Keys(int layer)
    {
        using var scope = NewDisposeScope();
        var templates = _prompts[0].Length;
        var map = _model.Transformer.DownMap(layer);
        var keys_NRF = ByTemplate(map.Sites, map.Keys);
        var bare_NF = keys_NRF.select(1, 0);
        var keys_NF = templates == 1 ? bare_NF.clone() : (bare_NF + keys_NRF.narrow(1, 1, templates - 1).mean([1])) / 2;
        return keys_NF.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What stands at a site in each template, the bare prompt's first, <c>[N,R,F]</c> float32, in the caller's dispose scope.
    /// </summary>
    public Tensor ByTemplate(Site site) => ByTemplate([site], trace => trace[site]);

    /// <summary>
    /// What is rewritten at a layer in the bare prompts, <c>[N,D]</c> float32, in the caller's dispose scope: the residual stream after
    /// it, or its MLP's output where a norm stands between this and the stream.
    /// </summary>
    public Tensor Values(int layer) =>
        ValuesAt(_decoder.AddsMlpOutToStream ? Site.BlockOut(layer) : Site.MlpOut(layer));

    private Tensor ValuesAt(Site site) => Read([site], trace => trace[site], prompts => prompts[..1]);

    private Tensor ByTemplate(IReadOnlyList<Site> sites, Func<Trace, Tensor> of)
    {
        using var scope = NewDisposeScope();
        return Read(sites, of, prompts => prompts).reshape(_prompts.Length, _prompts[0].Length, -1).MoveToOuterDisposeScope();
    }

    private Tensor Read(IReadOnlyList<Site> sites, Func<Trace, Tensor> of, Func<IReadOnlyList<int>[], IReadOnlyList<int>[]> choose)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var read = _prompts.Chunk(_chunk).Select(requests => AtLastToken(sites, of, [.. requests.SelectMany(choose)]));
        return cat([.. read], 0).MoveToOuterDisposeScope();
    }

    private Tensor AtLastToken(IReadOnlyList<Site> sites, Func<Trace, Tensor> of, IReadOnlyList<int>[] prompts)
    {
        using var scope = NewDisposeScope();
        Pace.Check();
        var tokens = TokenBatch.Pad(prompts, padding: 0, _model.Device);
        var attention = AttentionScope.Causal(tokens.Mask, (int)tokens.Ids.shape[1]);
        using var trace = _model.Trace().Capture([.. sites]);
        _decoder.Blocks(_decoder.Embed(tokens.Ids, attention.Positions), attention, 0, sites[0].Layer + 1);
        var rows = arange(prompts.Length, dtype: ScalarType.Int64, device: _model.Device);
        var last = tensor(prompts.Select(ids => ids.Count - 1L).ToArray(), device: _model.Device);
        return of(trace).index(TensorIndex.Tensor(rows), TensorIndex.Tensor(last)).to(float32).MoveToOuterDisposeScope();
    }
}
