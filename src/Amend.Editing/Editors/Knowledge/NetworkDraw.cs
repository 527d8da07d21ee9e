using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>Draws the first parameters of a network, float32, from a seed and in order; they belong to the set that it fills.</summary>
/// <param name="tensors">The set.</param>
/// <param name="generator">Where numbers are drawn from.</param>
/// <param name="device">Where the tensors go.</param>
internal sealed class NetworkDraw(NetworkTensors tensors, Generator generator, Device device)
{
    /// <summary>Adds a tensor of numbers from -bound to bound.</summary>
    /// <returns>The tensor, which belongs to the set.</returns>
    public Tensor Uniform(string name, double bound, params long[] shape)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        tensors.Add(name, ((rand(shape, generator: generator) * (2 * bound)) - bound).to(device));
        return tensors[name];
    }

    /// <summary>Adds a copy of a tensor, which stays the caller's.</summary>
    public void Copy(string name, Tensor value)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        tensors.Add(name, value.detach().to(ScalarType.Float32).to(device).clone());
    }
}

/// <summary>How wide a network is.</summary>
/// <param name="Hidden">States of each direction of the LSTM, and of the layer within each head, H.</param>
/// <param name="Condition">Numbers of the condition, C.</param>
internal sealed record NetworkSizes(int Hidden, int Condition);
