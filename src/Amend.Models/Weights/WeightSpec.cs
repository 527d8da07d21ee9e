namespace Amend.Models.Weights;

/// <summary>A parameter that a family expects in its checkpoints.</summary>
/// <param name="Name">Its full name in the file.</param>
/// <param name="Shape">Its shape in memory; a linear weight is <c>[out,in]</c>.</param>
/// <param name="StoredTransposed">Whether the file holds a linear weight as <c>[in,out]</c>.</param>
public readonly record struct WeightSpec(string Name, long[] Shape, bool StoredTransposed = false)
{
    /// <summary>Whether a checkpoint may lack it; the table then lacks it, too.</summary>
    public bool IsOptional { get; init; }

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
            yield return new($"{name}.bias", [outputs]);
    }

    /// <summary>A layer norm's <c>weight</c> and, where it has one, its <c>bias</c>, both <c>[width]</c>.</summary>
    public static IEnumerable<WeightSpec> LayerNorm(string name, long width, bool bias = true)
    {
        yield return new($"{name}.weight", [width]);
        if (bias)
            yield return new($"{name}.bias", [width]);
    }

    /// <summary>A root-mean-square norm's <c>weight</c>, <c>[width]</c>.</summary>
    public static WeightSpec RmsNorm(string name, long width) => new($"{name}.weight", [width]);

    /// <summary>An embedding's or a head's <c>weight</c>, <c>[rows,width]</c>.</summary>
    public static WeightSpec Table(string name, long rows, long width) => new($"{name}.weight", [rows, width]);
}
