using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>A family of causal decoders whose models can be made of a configuration alone, to be trained from nothing.</summary>
public interface IFreshFamily : IModelFamily
{
    /// <summary>Builds a decoder over weights that are made, not read.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="fresh">From a parameter, in the order of the table, to its first value, of its shape in memory.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    CausalDecoder Create(JsonElement config, Func<WeightSpec, Tensor> fresh);
}
