using Amend.Models.Families.Gpt2;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Atlas.Training;

/// <summary>Fresh GPT-2 parameters (Radford et al. 2019): normal with deviation 0.02, residual projections divided by √(2L).</summary>
internal static class Gpt2Initializer
{
    private const double Deviation = 0.02;

    /// <summary>The configuration of an untrained atlas model.</summary>
    public static Gpt2Config Config(ModelShape shape) => new(shape, 1e-5, "gelu_new", true, false, true);

    /// <summary>Makes the parameters, with gradients on.</summary>
    public static WeightTable Make(ModelShape shape, int seed)
    {
        using var generator = new Generator((ulong)seed);
        var table = new WeightTable();
        foreach (var (name, size, storedTransposed) in Gpt2Weights.Of(shape, tied: true))
        {
            using var scope = NewDisposeScope();
            table.Add(new ModelWeight(name, Fresh(name, size, shape.Layers, generator).requires_grad_(true), storedTransposed));
        }

        return table;
    }

    private static Tensor Fresh(string name, long[] size, int layers, Generator generator)
    {
        if (size.Length == 1)
            return name.EndsWith(".weight", StringComparison.Ordinal) ? ones(size) : zeros(size);
        var scale = Gpt2Weights.IsResidualOut(name) ? Deviation / Math.Sqrt(2 * layers) : Deviation;
        return randn(size, generator: generator) * scale;
    }
}
