using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>Adam over the changes of all requests, each drawn back into its ball after a step.</summary>
internal sealed class AdamSearch : IValueSearch
{
    private readonly Parameter _delta_ND;
    private readonly Tensor _radius_N1;
    private readonly optim.Optimizer _adam;

    /// <summary>Begins a search.</summary>
    /// <param name="delta_ND">The changes, which are moved; the caller's.</param>
    /// <param name="radius_N1">The radius of each ball; the caller's.</param>
    /// <param name="rate">The learning rate.</param>
    public AdamSearch(Parameter delta_ND, Tensor radius_N1, double rate) =>
        (_delta_ND, _radius_N1, _adam) = (delta_ND, radius_N1, optim.Adam([delta_ND], rate));

    /// <summary>One step of the requests that go on: Adam moves the others too, by their momentum, which is taken back.</summary>
    public void Move(int[] going, IReadOnlyList<double> losses, Tensor gradient_ND)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var before_ND = _delta_ND.clone();
        _adam.step();
        _delta_ND.mul_((_radius_N1 / _delta_ND.norm(1, keepdim: true)).clamp_max(1));
        var goes_N1 = zeros(_delta_ND.shape[0], 1, dtype: ScalarType.Bool, device: _delta_ND.device);
        goes_N1[TensorIndex.Tensor(tensor([.. going.Select(request => (long)request)], device: _delta_ND.device))] = true;
        _delta_ND.copy_(where(goes_N1, _delta_ND, before_ND));
    }

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<double> losses)
    {
        // Each request is where its last loss was evaluated.
    }

    /// <inheritdoc/>
    public void Dispose() => _adam.Dispose();
}
