using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>From a text's state to its labels: a map, a function, a norm in some families, a map.</summary>
/// <param name="Dense">The first map, <c>[D,D]</c>.</param>
/// <param name="Activation">The function.</param>
/// <param name="Out">The second map, <c>[C,D]</c>.</param>
public sealed record ClassificationHead(Linear Dense, Func<Tensor, Tensor> Activation, Linear Out)
{
    /// <summary>The norm behind the function; none when null.</summary>
    public LayerNorm? Norm { get; init; }

    /// <summary>Whether the state of a text is the mean of its tokens' states; that of its first token by default.</summary>
    public bool ReadsMean { get; init; }

    /// <summary>The names of its parameters.</summary>
    public IEnumerable<string> ParameterNames => [.. Dense.ParameterNames, .. Norm?.ParameterNames ?? [], .. Out.ParameterNames];

    /// <summary>Logits of the labels, <c>[B,C]</c> in the caller's dispose scope, from the state of each text, <c>[B,D]</c>.</summary>
    public Tensor Apply(Tensor state) => Out.Apply(Pool(state));

    /// <summary>What the second map reads, <c>[B,D]</c> in the caller's dispose scope, from the state of each text, <c>[B,D]</c>.</summary>
    internal Tensor Pool(Tensor state)
    {
        var activated = Activation(Dense.Apply(state));
        return Norm is null ? activated : Norm.Apply(activated);
    }
}
