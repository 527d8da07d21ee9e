using Amend.Editing.LayerNetworks;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Weights;
using Amend.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Editing.Adaptors;

/// <summary>One edit of a network at a layer: its parameters as they are now are trained on the request.</summary>
/// <param name="Effect">The change of the parameters; the caller disposes.</param>
/// <param name="Losses">The loss before each step.</param>
/// <param name="Converged">Whether the model gives the target with it.</param>
internal sealed record NetworkAdaptorEdit(LayerNetworkEffect Effect, IReadOnlyList<LossStep> Losses, bool Converged)
{
    /// <summary>Makes the edit; the model stays as it is.</summary>
    /// <param name="model">The model, with its applied edits.</param>
    /// <param name="batch">One prompt with its target; its passes go on at the layer from now on.</param>
    /// <param name="weight">The layer's weight.</param>
    /// <param name="form">What the network is.</param>
    /// <param name="options">The settings, checked.</param>
    /// <param name="onStep">Told of each step before it is made.</param>
    public static NetworkAdaptorEdit Make(
        LanguageModel model,
        TargetBatch batch,
        ModelWeight weight,
        LayerNetworkForm form,
        AdaptorOptions options,
        Action<int>? onStep = null)
    {
        using var scope = NewDisposeScope();
        batch.GoOnFrom(AdaptorLayer.StackOf(model, options), options.Layers[0]);
        var size = (weight.Value.shape[1], weight.Value.shape[0]);
        using var begun = LayerNetwork.Begin(form, size.Item1, size.Item2);
        var before = NetworkOn(model, weight.Name)?.Parameters ?? begun.Parameters;
        var trained = before.ToDictionary(one => one.Key, one => new Parameter(one.Value.detach().clone()));
        var trial = trained.ToDictionary(one => one.Key, one => (Tensor)one.Value);
        using var view = model.View().Adapt(weight.Name, new LayerNetwork(form, trial) { IsTraining = true });
        var losses = AdaptorTraining.Run(batch, [.. trained.Values], options, onStep);
        view.Adapt(weight.Name, new LayerNetwork(form, trial));
        var isGiven = batch.Score()[0].Score.IsGreedy;
        using var none = no_grad();
        var changes = trained.ToDictionary(one => one.Key, one => one.Value - before[one.Key]);
        return new NetworkAdaptorEdit(new LayerNetworkEffect(weight.Name, form, size, changes), losses, isGiven);
    }

    /// <summary>The network of a layer; null where it has none.</summary>
    /// <exception cref="AmendException">The layer has another adaptor.</exception>
    public static LayerNetwork? NetworkOn(LanguageModel model, string weight) => model.Applied.AdaptorOn(weight) switch
    {
        null => null,
        LayerNetwork network => network,
        _ => throw new AmendException(
            $"A network was asked for '{weight}', which has the adaptor of another editor; take its edits back first, or use another "
            + "layer."),
    };
}
