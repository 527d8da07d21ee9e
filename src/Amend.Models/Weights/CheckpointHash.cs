using System.Security.Cryptography;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>
/// The hash that a model's weights have in float32, which holds every type of a checkpoint exactly: it tells the weights apart
/// whatever type they are loaded in.
/// </summary>
internal static class CheckpointHash
{
    /// <summary>Reads the checkpoint again, a weight at a time, and proves on the way that it is the one that was loaded.</summary>
    /// <param name="checkpoint">The model's checkpoint, open again.</param>
    /// <param name="weights">Names, types and orientation of the loaded weights; their values are not looked at.</param>
    /// <param name="baseHash">The hash that they had when they were loaded, in their own types.</param>
    /// <exception cref="AmendException">The checkpoint cannot be read, or is not the one that was loaded.</exception>
    public static string Compute(Checkpoint checkpoint, WeightTable weights, string baseHash)
    {
        using var none = no_grad();
        using var wide = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var loaded = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var weight in weights.All)
        {
            using var scope = NewDisposeScope();
            var value = weight.Load(checkpoint, ScalarType.Float32);
            WeightTable.Append(wide, weight.Name, value);
            WeightTable.Append(loaded, weight.Name, value.to(weight.Value.dtype));
        }

        return Convert.ToHexStringLower(loaded.GetHashAndReset()) == baseHash
            ? Convert.ToHexStringLower(wide.GetHashAndReset())
            : throw new AmendException($"The weights in '{checkpoint.Path}' are no longer those that were loaded ({baseHash[..12]}); "
                + "load the model again.");
    }
}
