using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.KnowledgeNeurons;

/// <summary>
/// Integrated gradients of an answer's probability along each neuron's activation at the last token, from zero to what it is
/// (Dai et al. 2022, eq. 2; <c>get_scores</c> in kmeng01/rome): a/m Σ_k ∂P(y | a·k/(m-1))/∂a, k = 0..m-1.
/// </summary>
internal static class NeuronAttribution
{
    /// <summary>The attributions of a whole true object: the mean of those of its tokens.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt's token ids.</param>
    /// <param name="truth">The true object's token ids.</param>
    /// <param name="options">Layers, steps, and what stands before later tokens.</param>
    /// <param name="onLayer">Told before each layer of each token; what it throws ends the attribution.</param>
    /// <returns><c>[L,F]</c> float32, a row for each of the options' layers, in the caller's dispose scope.</returns>
    /// <exception cref="AmendException">The sequence exceeds the context, or the model does not name the neurons' site.</exception>
    public static Tensor Attribute(
        LanguageModel model, IReadOnlyList<int> prompt, IReadOnlyList<int> truth, KnowledgeNeuronsOptions options, Action? onLayer = null)
    {
        model.CheckLength(prompt.Count + truth.Count - 1);
        using var scope = NewDisposeScope();
        var (ids, sum) = (prompt.ToList(), (Tensor?)null);
        for (var token = 0; token < truth.Count; token++)
        {
            var scores = AttributeToken(model, ids, truth[token], options, onLayer);
            sum = sum is null ? scores : sum + scores;
            if (options.TruthContext != TruthContext.None && token < truth.Count - 1)
                ids.Add(options.TruthContext == TruthContext.Truth ? truth[token] : GreedyToken(model, ids));
        }

        return (sum! / truth.Count).MoveToOuterDisposeScope();
    }

    /// <summary>The model's most probable next token.</summary>
    public static int GreedyToken(LanguageModel model, IReadOnlyList<int> ids)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        return (int)model.NextLogits(TokenBatch.Pad([ids], padding: 0, model.Device))[0].argmax().item<long>();
    }

    private static Tensor AttributeToken(LanguageModel model, List<int> ids, int answer, KnowledgeNeuronsOptions options, Action? onLayer)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([ids], padding: 0, model.Device);
        var attention = AttentionScope.Causal(batch.Mask, ids.Count);
        var hidden = NoGradient(() => Decoder(model).Embed(batch.Ids, attention.Positions));
        var (rows, next) = (new List<Tensor>(), 0);
        foreach (var layer in options.Layers.Order())
        {
            onLayer?.Invoke();
            hidden = NoGradient(() => Decoder(model).Blocks(hidden, attention, next, layer));
            next = layer;
            rows.Add(AttributeLayer(model, hidden, layer, answer, options));
        }

        var inOrder = options.Layers.Order().ToList();
        return stack(options.Layers.Select(layer => rows[inOrder.IndexOf(layer)])).MoveToOuterDisposeScope();
    }

    private static Tensor AttributeLayer(LanguageModel model, Tensor hidden_1TD, int layer, int answer, KnowledgeNeuronsOptions options)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var site = options.NeuronSite == NeuronSite.AfterActivation ? Site.MlpKey(layer) : Site.MlpUp(layer);
        using var activation_F = Activation(model, hidden_1TD, layer, site);
        var sum_F = zeros_like(activation_F, dtype: float32);
        using var scales = linspace(0, 1, options.Steps, device: model.Device);
        for (var start = 0; start < options.Steps; start += options.BatchSize)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(options.BatchSize, options.Steps - start);
            var scaled_KF = (scales.narrow(0, start, count).unsqueeze(1).to(activation_F.dtype) * activation_F).detach().requires_grad_();
            var probability = AnswerProbability(model, hidden_1TD, layer, site, scaled_KF, answer);
            sum_F.add_(autograd.grad([probability], [scaled_KF])[0].to(float32).sum([0]));
        }

        return (sum_F * activation_F.to(float32) / options.Steps).MoveToOuterDisposeScope();
    }

    /// <summary>The activations at the last token, <c>[F]</c>; the caller disposes.</summary>
    private static Tensor Activation(LanguageModel model, Tensor hidden_1TD, int layer, Site site)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (!model.Transformer.Taps.Visits(site))
        {
            throw new AmendException(
                $"'{model.Name}' ({model.ModelType}) has no {site.Kind} at its MLPs; use neuron_site=after_activation.");
        }

        Tensor? seen = null;
        using var trace = model.Trace().Replace(site, value =>
        {
            seen = value.select(1, value.shape[1] - 1)[0].clone().DetachFromDisposeScope();
            return value;
        });
        Decoder(model).Blocks(hidden_1TD, Attention(model, 1, hidden_1TD.shape[1]), layer, layer + 1);
        return seen!;
    }

    /// <summary>The sum over the scaled activations of the answer's probability, a scalar.</summary>
    private static Tensor AnswerProbability(LanguageModel model, Tensor hidden_1TD, int layer, Site site, Tensor scaled_KF, int answer)
    {
        var (count, length) = (scaled_KF.shape[0], hidden_1TD.shape[1]);
        using var trace = model.Trace().Replace(site, value => length == 1
            ? scaled_KF.unsqueeze(1)
            : cat([value.narrow(1, 0, length - 1), scaled_KF.unsqueeze(1)], 1));
        var last = Decoder(model).Blocks(hidden_1TD.expand(count, -1, -1), Attention(model, count, length), layer).select(1, length - 1);
        return nn.functional.softmax(Decoder(model).Unembed(last).to(float32), -1).select(1, answer).sum();
    }

    private static CausalDecoder Decoder(LanguageModel model) => model.RequireDecoder("kn");

    private static AttentionScope Attention(LanguageModel model, long rows, long length) =>
        AttentionScope.Causal(ones(rows, length, dtype: ScalarType.Bool, device: model.Device), (int)length);

    private static Tensor NoGradient(Func<Tensor> run)
    {
        using var none = no_grad();
        return run();
    }
}
