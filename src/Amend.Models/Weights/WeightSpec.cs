namespace Amend.Models.Weights;

/// <summary>A parameter that a family expects in its checkpoints.</summary>
/// <param name="Name">Its full name in the file.</param>
/// <param name="Shape">Its shape in memory; a linear weight is <c>[out,in]</c>.</param>
/// <param name="StoredTransposed">Whether the file holds a linear weight as <c>[in,out]</c>.</param>
public readonly record struct WeightSpec(string Name, long[] Shape, bool StoredTransposed = false)
{
    /// <summary>The last part of a bias's name.</summary>
    internal const string Bias = "bias";

    /// <summary>Whether a checkpoint may lack it; the table then lacks it, too.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Where in a tensor of the file it lies that holds others, too; null, the default, where its tensor is its own.</summary>
    public StackPlace? Place { get; init; }

    /// <summary>What it is to its module, <c>weight</c> or <see cref="Bias"/>: the last part of its name.</summary>
    internal string Kind => Name[(Name.LastIndexOf('.') + 1)..];

    /// <summary>The name of the tensor that holds it.</summary>
    internal string Tensor => Place?.Tensor ?? Name;

    /// <summary>That tensor's shape.</summary>
    internal long[] ShapeInFile => Place?.ShapeOfWhole(Shape) ?? (StoredTransposed ? [Shape[1], Shape[0]] : Shape);

    /// <summary>A linear map's <c>weight</c>, <c>[out,in]</c>, and its <c>bias</c>, <c>[out]</c>, where it has one.</summary>
    /// <param name="name">The map's name, without <c>.weight</c>.</param>
    /// <param name="outputs">Values that come out.</param>
    /// <param name="inputs">Values that go in.</param>
    /// <param name="bias">Whether it has a bias.</param>
    /// <param name="storedTransposed">Whether the file holds the weight as <c>[in,out]</c>.</param>
    public static IEnumerable<WeightSpec> Linear(string name, long outputs, long inputs, bool bias, bool storedTransposed = false)
    {
        yield return new($"{name}.weight", [outputs, inputs], storedTransposed);
        if (bias)
            yield return new($"{name}.{Bias}", [outputs]);
    }

    /// <summary>A layer norm's <c>weight</c> and, where it has one, its <c>bias</c>, both <c>[width]</c>.</summary>
    public static IEnumerable<WeightSpec> LayerNorm(string name, long width, bool bias = true)
    {
        yield return new($"{name}.weight", [width]);
        if (bias)
            yield return new($"{name}.{Bias}", [width]);
    }

    /// <summary>A root-mean-square norm's <c>weight</c>, <c>[width]</c>.</summary>
    public static WeightSpec RmsNorm(string name, long width) => new($"{name}.weight", [width]);

    /// <summary>An embedding's or a head's <c>weight</c>, <c>[rows,width]</c>.</summary>
    public static WeightSpec Table(string name, long rows, long width) => new($"{name}.weight", [rows, width]);
}
