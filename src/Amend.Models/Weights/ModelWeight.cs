using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>One parameter of a model, under its checkpoint's name.</summary>
/// <param name="Name">The name in the checkpoint, such as <c>transformer.h.0.mlp.c_proj.weight</c>.</param>
/// <param name="Value">The parameter; a linear weight is <c>[out,in]</c> here whatever the file's orientation.</param>
/// <param name="StoredTransposed">Whether the file holds it as <c>[in,out]</c>.</param>
public sealed record ModelWeight(string Name, Tensor Value, bool StoredTransposed)
{
    /// <summary>The name in the file that it was read from, which may lack a prefix; its name where it was read from none.</summary>
    public string NameInFile { get; init; } = Name;

    /// <summary>Where it lies in that tensor, if others lie there, too; null where the tensor is its own.</summary>
    public StackPlace? Place { get; init; }

    /// <summary>The parameter within the file's whole tensor: a view, in the caller's dispose scope, to read or to write.</summary>
    /// <param name="stored">The tensor, as it lies in the file.</param>
    public Tensor ViewIn(Tensor stored) =>
        Place is not null ? Place.In(stored.select(0, Place.Index)) : StoredTransposed ? stored.t() : stored.alias();

    /// <summary>The parameter's value in a checkpoint, <c>[out,in]</c> for a linear weight; in the caller's dispose scope.</summary>
    internal Tensor Load(Checkpoint checkpoint, ScalarType type) => Load(checkpoint, NameInFile, Place, StoredTransposed, type);

    /// <summary>Reads a parameter; the caller disposes its value.</summary>
    /// <param name="spec">What is expected.</param>
    /// <param name="inFile">The name of the tensor that holds it, which has the shape that is expected.</param>
    /// <param name="checkpoint">The open weights.</param>
    /// <param name="type">The type in memory.</param>
    /// <param name="device">Where the value goes.</param>
    internal static ModelWeight Read(WeightSpec spec, string inFile, Checkpoint checkpoint, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var value = Load(checkpoint, inFile, spec.Place, spec.StoredTransposed, type).to(device).MoveToOuterDisposeScope();
        return new(spec.Name, value, spec.StoredTransposed) { NameInFile = inFile, Place = spec.Place };
    }

    private static Tensor Load(Checkpoint checkpoint, string inFile, StackPlace? place, bool transposed, ScalarType type)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (place is null)
        {
            var stored = checkpoint.Load(inFile, type);
            return (transposed ? stored.t().contiguous() : stored).MoveToOuterDisposeScope();
        }

        var part = place.In(checkpoint.LoadAt(inFile, place.Index, type));
        return empty(part.shape, type, part.device).copy_(part).MoveToOuterDisposeScope(); // A view would keep all rows in memory.
    }
}
