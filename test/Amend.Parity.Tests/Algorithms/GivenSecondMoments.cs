using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>The second moments that a golden model comes with, <c>C.LAYER</c>, and the projectors that a case comes with; it owns what it gives.</summary>
internal sealed class GivenSecondMoments(string path, Func<int, Tensor>? projectors) : ISecondMomentSource, IDisposable
{
    private readonly GoldenTensors _moments = new(path);
    private readonly Dictionary<int, SpdMatrix> _factored = [];
    private readonly Dictionary<int, NullSpace> _spaces = [];

    public SpdMatrix Factored(LanguageModel model, int layer, double ridge) =>
        _factored.TryGetValue(layer, out var known) ? known : _factored[layer] = SpdMatrix.Factor(_moments[$"C.{layer}"], ridge);

    public Tensor Mean(LanguageModel model, int layer) => _moments[$"C.{layer}"].to(float64);

    public NullSpace NullSpace(LanguageModel model, int layer, double threshold) =>
        _spaces.TryGetValue(layer, out var known) ? known : _spaces[layer] = projectors is null ? ComputedNullSpace(layer, threshold) : Tensors.LinearAlgebra.NullSpace.Of(projectors(layer));

    public NullSpace ComputedNullSpace(int layer, double threshold) => Tensors.LinearAlgebra.NullSpace.Below(_moments[$"C.{layer}"], threshold);

    public void Dispose()
    {
        _moments.Dispose();
        foreach (var matrix in _factored.Values)
            matrix.Dispose();
        foreach (var space in _spaces.Values)
            space.Dispose();
    }
}
