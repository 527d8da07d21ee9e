using Amend.Models.Effects;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.LayerNetworks;

/// <summary>The parameters of a network at a linear layer are changed: a change is added to each. Owns its tensors.</summary>
public sealed class LayerNetworkEffect : IAdaptorEffect
{
    private readonly long _inputs;
    private readonly long _outputs;

    /// <summary>Copies the tensors; the caller keeps its own.</summary>
    /// <param name="weight">The name of the layer's weight in the checkpoint.</param>
    /// <param name="form">What the network is.</param>
    /// <param name="size">The layer's numbers of inputs and outputs.</param>
    /// <param name="changes">The change of each parameter by its name, of its shape.</param>
    /// <exception cref="ArgumentException">There are no changes.</exception>
    public LayerNetworkEffect(
        string weight, LayerNetworkForm form, (long Inputs, long Outputs) size, IReadOnlyDictionary<string, Tensor> changes)
    {
        if (changes.Count == 0)
            throw new ArgumentException($"An edit of a network at '{weight}' with no change of a parameter was given; give one.");
        using var none = no_grad();
        using var scope = NewDisposeScope();
        (Weight, Form, _inputs, _outputs) = (weight, form, size.Inputs, size.Outputs);
        Changes = changes.ToDictionary(
            change => change.Key, change => change.Value.detach().cpu().to(float32, copy: true).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public string Weight { get; }

    /// <summary>What the network is.</summary>
    public LayerNetworkForm Form { get; }

    /// <summary>The layer's numbers of inputs and outputs.</summary>
    public (long Inputs, long Outputs) Size => (_inputs, _outputs);

    /// <summary>The change of each parameter, float32; they belong to this effect.</summary>
    public IReadOnlyDictionary<string, Tensor> Changes { get; }

    /// <inheritdoc/>
    public IAdaptor Fold(IAdaptor? before)
    {
        if (before is not null && (before as LayerNetwork)?.Form != Form)
        {
            throw new AmendException(
                $"An edit of the network '{Form.Kind}' with seed {Form.Seed} was to be put on '{Weight}', which has another adaptor; take "
                + "its edits back first, or use another layer.");
        }

        var network = before as LayerNetwork ?? LayerNetwork.Begin(Form, _inputs, _outputs);
        using var none = no_grad();
        foreach (var (name, change) in Changes)
            network.Parameters[name].add_(change);
        return network;
    }

    /// <inheritdoc/>
    public IEditEffect Clone() => new LayerNetworkEffect(Weight, Form, Size, Changes);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var change in Changes.Values)
            change.Dispose();
    }
}
