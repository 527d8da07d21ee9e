using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>All parameters of a model, in the order in which its family asked for them; owns them.</summary>
public sealed class WeightTable : IDisposable
{
    private readonly List<ModelWeight> weights = [];
    private readonly Dictionary<string, ModelWeight> byName = new(StringComparer.Ordinal);

    /// <summary>The parameters in order.</summary>
    public IReadOnlyList<ModelWeight> All => weights;

    /// <summary>The parameter with a checkpoint's name.</summary>
    /// <exception cref="ModelFormatException">No parameter has the name.</exception>
    public ModelWeight this[string name] => byName.TryGetValue(name, out var weight)
        ? weight
        : throw new ModelFormatException($"The model has no weight '{name}'; it has {weights.Count}, such as '{weights.FirstOrDefault()?.Name}'.");

    /// <summary>Whether a parameter has the name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>Takes ownership of a parameter and returns its tensor.</summary>
    public Tensor Add(ModelWeight weight)
    {
        weight.Value.DetachFromDisposeScope();
        weights.Add(weight);
        byName.Add(weight.Name, weight);
        return weight.Value;
    }

    /// <summary>
    /// SHA-256 over names, types, shapes and bytes of all parameters in order, as lower-case hexadecimal: equal exactly when
    /// every weight is equal bit for bit.
    /// </summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        foreach (var weight in weights)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{weight.Name}\n{weight.Value.dtype}\n"));
            foreach (var size in weight.Value.shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, size);
                hash.AppendData(number);
            }

            using var scope = NewDisposeScope();
            var onCpu = weight.Value.detach().cpu().contiguous();
            hash.AppendData(onCpu.bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes all parameters under their checkpoint names and orientation.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="dtype">The type in the file.</param>
    public void Save(string path, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var stored = weights
            .Select(w => (w.Name, (w.StoredTransposed ? w.Value.detach().t() : w.Value.detach()).to(dtype).contiguous()))
            .ToList();
        SafeTensorsWriter.Write(path, stored, new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in weights)
            weight.Value.Dispose();
        weights.Clear();
        byName.Clear();
    }
}
