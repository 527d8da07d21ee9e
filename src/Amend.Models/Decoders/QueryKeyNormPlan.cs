using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Decoders;

/// <summary>The norms of queries and keys.</summary>
/// <param name="Norm">What is computed.</param>
/// <param name="Part">Over what.</param>
internal sealed record QueryKeyNormPlan(NormPlan Norm, NormedPart Part = NormedPart.Head)
{
    /// <summary>The name of the queries' norm.</summary>
    public string Query { get; init; } = "self_attn.q_norm";

    /// <summary>The name of the keys' norm.</summary>
    public string Key { get; init; } = "self_attn.k_norm";

    /// <summary>The parameters of one of the two.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="width">The width of a head.</param>
    public IEnumerable<WeightSpec> Weights(string name, long heads, long width) => Part switch
    {
        NormedPart.Head => Norm.Weights(name, width),
        NormedPart.Projection => Norm.Weights(name, heads * width),
        NormedPart.EachHead => [WeightSpec.Table(name, heads, width)],
        _ => NamesByHead(name, (int)heads).SelectMany(each => Norm.Weights(each, width)),
    };

    /// <summary>One of the two over the parameters of a table.</summary>
    public INorm Build(WeightTable weights, string name, int heads) => Part switch
    {
        NormedPart.EachHead => new HeadwiseNorm([Parameter.From(weights, $"{name}.weight")], Norm.Epsilon),
        NormedPart.HeadByHead =>
            new HeadwiseNorm([.. NamesByHead(name, heads).Select(each => Parameter.From(weights, $"{each}.weight"))], Norm.Epsilon),
        _ => Norm.Build(weights, name),
    };

    private static IEnumerable<string> NamesByHead(string name, int heads) =>
        Enumerable.Range(0, heads).Select(head => $"{name}.norms.{head}");
}

/// <summary>What a norm of queries or keys goes over.</summary>
internal enum NormedPart
{
    /// <summary>Each head, all with the same parameters.</summary>
    Head,

    /// <summary>All heads together.</summary>
    Projection,

    /// <summary>Each head, with a row of its own of one table.</summary>
    EachHead,

    /// <summary>Each head, with a norm of its own by name.</summary>
    HeadByHead,
}
