using Amend.Models.Sources.Gguf;
using Amend.Models.Weights;
using Amend.Shipping.Exporting;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Shipping.Gguf;

/// <summary>A parameter with its edits, if any, as a GGUF file lays it.</summary>
internal static class EditedTensor
{
    /// <summary>The tensor of a parameter, or of all that it holds; the values are read when its turn comes.</summary>
    public static GgufContent Of(ExportJob job, GgufLayout layout, IReadOnlyList<ModelWeight> weights, GgufType type)
    {
        var (first, isStack) = (weights[0], layout.IsStacked(weights[0]));
        long[] shape = isStack ? [weights.Count, .. first.Value.shape] : first.Value.shape;
        return GgufContent.Of(layout.NameInFile(first), type, shape, () =>
        {
            using var none = no_grad();
            using var scope = NewDisposeScope();
            if (!isStack)
                return Value(job, layout, first).contiguous().MoveToOuterDisposeScope();
            var all = empty(shape, ScalarType.Float32, CPU);
            foreach (var (at, weight) in weights.Index())
            {
                using var own = NewDisposeScope();
                all[at].copy_(Value(job, layout, weight));
            }

            return all.MoveToOuterDisposeScope();
        });
    }

    /// <summary>The parameters by the tensors of a file that hold them: mostly one, or the same of all experts in their order.</summary>
    public static IEnumerable<IReadOnlyList<ModelWeight>> ByTensor(GgufLayout layout, IEnumerable<ModelWeight> weights) =>
        weights.GroupBy(layout.NameInFile, StringComparer.Ordinal).Select(tensor => tensor.OrderBy(layout.MemberOf).ToList());

    /// <summary>
    /// The type of a parameter's tensor in a file whose matrices are of a type: float32 where it stays wide, and float16 where its rows are
    /// no whole number of blocks.
    /// </summary>
    public static GgufType Fitting(GgufType type, GgufLayout layout, ModelWeight weight) =>
        layout.StaysWide(weight) ? WrittenType.Float32.InGguf
        : weight.Value.shape[^1] % type.BlockElements == 0 ? type
        : WrittenType.Float16.InGguf;

    private static Tensor Value(ExportJob job, GgufLayout layout, ModelWeight weight) =>
        layout.ToFile(weight, job.Edits.Changed(job.Model, weight.Name));

    /// <summary>The norm of the difference between a value and what a reader gets of it.</summary>
    public static double OffOf(GgufLayout layout, ModelWeight weight, GgufType type, Tensor value)
    {
        using var scope = NewDisposeScope();
        using var laid = layout.ToFile(weight, value).contiguous();
        return (GgufContent.Rounded(type, laid).to(float64) - laid.to(float64)).norm().item<double>();
    }
}
