using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// What a token's neighbours add to a block's output: norm(output + activation(convolution of the block's input)); numerically
/// transformers' <c>ConvLayer</c> of DeBERTa-v2.
/// </summary>
/// <param name="Kernel">The kernel, <c>[D,D,N]</c>, N odd.</param>
/// <param name="Bias">The bias, <c>[D]</c>.</param>
/// <param name="Activation">The function.</param>
/// <param name="Norm">The norm of the sum.</param>
internal sealed record ConvolutionLayer(Parameter Kernel, Parameter Bias, Func<Tensor, Tensor> Activation, LayerNorm Norm)
{
    /// <summary>Adds it; padding counts as zeros, as what is before and behind a text does.</summary>
    /// <param name="input">The block's input, <c>[B,T,D]</c>.</param>
    /// <param name="output">The block's output, <c>[B,T,D]</c>.</param>
    /// <param name="isToken">True at real tokens, bool <c>[B,1,1,T]</c>.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public Tensor Apply(Tensor input, Tensor output, Tensor isToken)
    {
        var tokens_BDT = (input * isToken.view(input.shape[0], -1, 1).to(input.dtype)).transpose(1, 2);
        var kernel = Kernel.Value;
        var near_BDT = nn.functional.conv1d(tokens_BDT, kernel, Bias.Value, padding: (kernel.shape[2] - 1) / 2);
        return Norm.Apply(output + Activation(near_BDT.transpose(1, 2)));
    }
}
