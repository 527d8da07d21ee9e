using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>L-BFGS for the change of each request, see <see cref="LbfgsPath"/>.</summary>
internal sealed class LbfgsSearch : IValueSearch
{
    private readonly Parameter _delta_ND;
    private readonly LbfgsPath[] _paths;

    /// <summary>Begins a search.</summary>
    /// <param name="delta_ND">The changes, which are moved; the caller's.</param>
    /// <param name="norm_N1">The norms of the values that are changed; the caller's.</param>
    /// <param name="factor">The radius of each ball, in units of its norm.</param>
    /// <param name="rate">Adam's learning rate, where a path goes on with it.</param>
    public LbfgsSearch(Parameter delta_ND, Tensor norm_N1, double factor, double rate)
    {
        _delta_ND = delta_ND;
        var width = (int)delta_ND.shape[1];
        _paths = [.. Rows(norm_N1).Select(norm => new LbfgsPath(width, norm[0], factor * norm[0], rate))];
    }

    /// <inheritdoc/>
    public void Move(int[] going, IReadOnlyList<double> losses, Tensor gradient_ND)
    {
        var gradients = Rows(gradient_ND);
        Place(going, request => _paths[request].Next(losses[request], gradients[request]));
    }

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<double> losses) =>
        Place([.. Enumerable.Range(0, _paths.Length)], request => _paths[request].End(losses[request]));

    /// <inheritdoc/>
    public void Dispose()
    {
        // The changes are the caller's.
    }

    private void Place(int[] requests, Func<int, double[]> pointOf)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        foreach (var request in requests)
            _delta_ND[request].copy_(tensor(pointOf(request)));
    }

    private static double[][] Rows(Tensor of_ND)
    {
        using var scope = NewDisposeScope();
        var all = of_ND.detach().to(ScalarType.Float64).cpu().data<double>().ToArray();
        return [.. all.Chunk((int)of_ND.shape[1])];
    }
}
