using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>From a text's state to its labels: a map, a function, a map.</summary>
/// <param name="Dense">The first map, <c>[D,D]</c>.</param>
/// <param name="Activation">The function.</param>
/// <param name="Out">The second map, <c>[C,D]</c>.</param>
public sealed record ClassificationHead(Linear Dense, Func<Tensor, Tensor> Activation, Linear Out)
{
    /// <summary>The names of its parameters.</summary>
    public IEnumerable<string> ParameterNames => [.. Dense.ParameterNames, .. Out.ParameterNames];

    /// <summary>Logits of the labels, <c>[B,C]</c> in the caller's dispose scope, from the state of each text, <c>[B,D]</c>.</summary>
    public Tensor Apply(Tensor state) => Out.Apply(Activation(Dense.Apply(state)));
}
