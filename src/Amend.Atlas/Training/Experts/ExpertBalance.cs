using Amend.Models;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Atlas.Training.Experts;

/// <summary>
/// The loss by which all experts of a mixture stay in use (Fedus et al. 2022, eq. 4 to 6): at each layer E Σ fₑ Pₑ, where fₑ is the share
/// of the choices that fell on expert e and Pₑ the mean of its probability; 1 where all are chosen alike, E where one alone is. It listens
/// to the passes of this thread while it is open.
/// </summary>
internal sealed class ExpertBalance : IDisposable
{
    private readonly Trace _trace;
    private readonly Tensor?[] _probabilities;
    private readonly Tensor?[] _shares;

    /// <summary>Listens to a mixture of experts.</summary>
    public ExpertBalance(LanguageModel model)
    {
        _probabilities = new Tensor?[model.Shape.Layers];
        _shares = new Tensor?[model.Shape.Layers];
        _trace = model.Trace();
        for (var i = 0; i < model.Shape.Layers; i++)
        {
            var layer = i;
            _trace.Replace(Site.RouterLogits(layer), logits => Listen(_probabilities, layer, logits, MeanProbability));
            _trace.Replace(Site.ExpertChoice(layer), choice => Listen(_shares, layer, choice, Shares));
        }
    }

    /// <summary>The mean over the layers of the last pass, in the caller's dispose scope.</summary>
    public Tensor Loss() =>
        stack(_probabilities.Zip(_shares, (probability, share) => (probability! * share!).sum() * probability!.shape[0])).mean();

    /// <summary>The smallest share of the choices that an expert of any layer had in the last pass.</summary>
    public double LeastShare => _shares.Min(share => share!.min().item<float>());

    /// <summary>The share of the choices of each expert, layer by layer, in the last pass.</summary>
    public IReadOnlyList<IReadOnlyList<float>> ByLayer => [.. _shares.Select(share => share!.data<float>().ToArray())];

    /// <inheritdoc/>
    public void Dispose()
    {
        _trace.Dispose();
        foreach (var kept in _probabilities.Concat(_shares))
            kept?.Dispose();
    }

    private static Tensor Listen(Tensor?[] kept, int layer, Tensor value, Func<Tensor, Tensor> of)
    {
        kept[layer]?.Dispose();
        kept[layer] = of(value).DetachFromDisposeScope();
        return value;
    }

    private static Tensor MeanProbability(Tensor logits_BTE)
    {
        using var scope = NewDisposeScope();
        return nn.functional.softmax(logits_BTE.flatten(0, 1), -1).mean([0]).MoveToOuterDisposeScope();
    }

    private Tensor Shares(Tensor choice_BTk)
    {
        using var scope = NewDisposeScope();
        var counts_E = bincount(choice_BTk.flatten(), minlength: (int)_probabilities[0]!.shape[0]);
        return (counts_E.to(float32) / choice_BTk.numel()).MoveToOuterDisposeScope();
    }
}
