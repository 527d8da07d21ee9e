using Amend.Editing.HyperNetworks;
using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// KnowledgeEditor's network (De Cao et al. 2021, section 3.2): it reads what is to change, and gives for each edited weight a gate for
/// the gradient and a shift, ΔW = σ(s) · (∇ ⊙ A + B). Tensors have the names of the authors' code.
/// </summary>
internal sealed class KnowledgeNetwork : HyperNetwork
{
    private readonly NetworkTensors _tensors = new();
    private readonly ConditionText _text;
    private readonly ConditionEncoder _encoder;
    private readonly Dictionary<string, UpdateHead> _heads;

    /// <summary>Makes an untrained network.</summary>
    /// <param name="model">The model, whose token embedding the condition's begins as.</param>
    /// <param name="weights">The weights that it changes.</param>
    /// <param name="form">Its sizes and its condition.</param>
    /// <param name="seed">The seed of the parameters.</param>
    public KnowledgeNetwork(LanguageModel model, IReadOnlyList<ModelWeight> weights, NetworkForm form, int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        var draw = new NetworkDraw(_tensors, generator, model.Device);
        ConditionEncoder.Initialize(draw, TokenEmbedding(model), form.Sizes);
        foreach (var weight in weights)
            UpdateHead.Initialize(draw, weight, form.Sizes);
        _text = form.Text;
        _encoder = new ConditionEncoder(_tensors);
        _heads = weights.ToDictionary(
            weight => weight.Name, weight => new UpdateHead(_tensors, weight, form.MaxScale), StringComparer.Ordinal);
        Weights = [.. weights.Select(weight => weight.Name)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> Tensors => _tensors.All;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Weights { get; }

    /// <inheritdoc/>
    /// <remarks>It makes one edit at a time, so there is one request.</remarks>
    public override IReadOnlyDictionary<string, Tensor> Updates(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var scope = NewDisposeScope();
        var gradients = Gradients(model, requests.Single());
        var factors = Factors(Condition(_text.Read(model, requests[0])));
        return factors.ToDictionary(
            of => of.Key, of => of.Value.Update(gradients[of.Key]).MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>
    /// ∇ of the request's loss on the model as it is, by weight, <c>[out,in]</c>, zero of an expert that no token goes through; in the
    /// caller's dispose scope.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> Gradients(LanguageModel model, EditRequest request)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var taken = RequestGradients.Take(model, [request], Weights);
        Tensor Of(string weight) => taken.TryGetValue(weight, out var of)
            ? of.Output.t().matmul(of.Input).to(ScalarType.Float32)
            : zeros_like(model.Weights[weight].Value, dtype: ScalarType.Float32);
        return Weights.ToDictionary(weight => weight, weight => Of(weight).MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>The token ids of a request's condition.</summary>
    public IReadOnlyList<int> ConditionIds(LanguageModel model, EditRequest request) => _text.Read(model, request);

    /// <summary>The condition of token ids, <c>[C]</c> with gradients, in the caller's dispose scope.</summary>
    public Tensor Condition(IReadOnlyList<int> ids) => _encoder.Read(ids);

    /// <summary>The factors of each weight's update for a condition, with gradients, in the caller's dispose scope.</summary>
    public IReadOnlyDictionary<string, UpdateFactors> Factors(Tensor condition) =>
        _heads.ToDictionary(head => head.Key, head => head.Value.Read(condition), StringComparer.Ordinal);

    /// <inheritdoc/>
    public override void Dispose() => _tensors.Dispose();

    /// <summary>The first table with a row for every token: in all families that is the tokens' embedding.</summary>
    private static Tensor TokenEmbedding(LanguageModel model) =>
        model.Weights.All.First(weight => weight.Value.dim() == 2 && weight.Value.shape[0] == model.Shape.Vocabulary).Value;
}

/// <summary>The form of a network.</summary>
/// <param name="Sizes">How wide it is.</param>
/// <param name="Text">What it reads.</param>
/// <param name="MaxScale">What no update's scale is above.</param>
internal sealed record NetworkForm(NetworkSizes Sizes, ConditionText Text, double MaxScale);
