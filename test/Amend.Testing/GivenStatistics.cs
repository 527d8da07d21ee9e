using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>A second moment with eigenvalues from 1/F to 1, the same at every layer; it owns what it gives.</summary>
public sealed class GivenStatistics : ISecondMomentSource, IDisposable
{
    private readonly Tensor _moment;
    private readonly List<IDisposable> _given = [];

    public GivenStatistics(int width)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var basis = linalg.qr(randn([width, width], ScalarType.Float64, generator: generator)).Q;
        _moment = basis.matmul(diag(arange(1, width + 1, ScalarType.Float64) / width)).matmul(basis.t()).DetachFromDisposeScope();
    }

    public SpdMatrix Factored(LanguageModel model, int layer, double ridge) => Keep(SpdMatrix.Factor(_moment, ridge));

    public Tensor Mean(LanguageModel model, int layer) => _moment.clone();

    public NullSpace NullSpace(LanguageModel model, int layer, double threshold) => Keep(Tensors.LinearAlgebra.NullSpace.Below(_moment, threshold));

    public void Dispose()
    {
        _moment.Dispose();
        _given.ForEach(given => given.Dispose());
    }

    private T Keep<T>(T given)
        where T : IDisposable
    {
        _given.Add(given);
        return given;
    }
}
