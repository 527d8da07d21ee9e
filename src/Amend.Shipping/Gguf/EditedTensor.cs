using Amend.Models.Sources.Gguf;
using Amend.Models.Weights;
using Amend.Shipping.Exporting;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Shipping.Gguf;

/// <summary>A parameter with its edits, if any, as a GGUF file lays it.</summary>
internal static class EditedTensor
{
    /// <summary>The tensor of a parameter; its value is read when its turn comes.</summary>
    public static GgufContent Of(ExportJob job, GgufLayout layout, ModelWeight weight, GgufType type) =>
        GgufContent.Of(layout.NameInFile(weight), type, weight.Value.shape, () =>
        {
            using var scope = NewDisposeScope();
            return layout.ToFile(weight, job.Edits.Changed(job.Model, weight.Name)).contiguous().MoveToOuterDisposeScope();
        });

    /// <summary>
    /// The type of a parameter's tensor in a file whose matrices are of a type: float32 where it stays wide, and float16 where its rows are
    /// no whole number of blocks.
    /// </summary>
    public static GgufType Fitting(GgufType type, GgufLayout layout, ModelWeight weight) =>
        layout.StaysWide(weight) ? WrittenType.Float32.InGguf
        : weight.Value.shape[^1] % type.BlockElements == 0 ? type
        : WrittenType.Float16.InGguf;

    /// <summary>The norm of the difference between a value and what a reader gets of it.</summary>
    public static double OffOf(GgufLayout layout, ModelWeight weight, GgufType type, Tensor value)
    {
        using var scope = NewDisposeScope();
        using var laid = layout.ToFile(weight, value).contiguous();
        return (GgufContent.Rounded(type, laid).to(float64) - laid.to(float64)).norm().item<double>();
    }
}
