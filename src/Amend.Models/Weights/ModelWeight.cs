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
}
