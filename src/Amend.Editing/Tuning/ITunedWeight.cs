using Amend.Tensors.LinearAlgebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Editing.Tuning;

/// <summary>A model's weight while it is tuned through parameters of some form. Disposing puts the weight back bit for bit.</summary>
internal interface ITunedWeight : IDisposable
{
    /// <summary>The weight's name in the checkpoint.</summary>
    string Name { get; }

    /// <summary>The model's weight, for which the loss has a gradient.</summary>
    Tensor Leaf { get; }

    /// <summary>What the optimiser changes, float32.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Gives the parameters their gradients from the weight's.</summary>
    /// <param name="slope">The loss's gradient for the weight, of its shape.</param>
    void Receive(Tensor slope);

    /// <summary>Lets the model see the parameters.</summary>
    void Show();

    /// <summary>The change of the weight; the caller disposes.</summary>
    IWeightDelta ToDelta();
}
