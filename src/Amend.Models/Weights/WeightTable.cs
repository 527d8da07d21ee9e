using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Amend.Models.Configuration;
using Amend.Models.Taps;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>All parameters of a model, in the order in which its family asked for them; owns them.</summary>
public sealed class WeightTable : IDisposable
{
    private const long HashedAtOnce = 1 << 26;

    private readonly List<ModelWeight> _weights = [];
    private readonly Dictionary<string, ModelWeight> _byName = new(StringComparer.Ordinal);

    /// <summary>A table of parameters that are made, not read.</summary>
    /// <param name="specs">The parameters, in order.</param>
    /// <param name="fresh">From each to its value, of its shape in memory; the table takes it over.</param>
    public static WeightTable Of(IEnumerable<WeightSpec> specs, Func<WeightSpec, Tensor> fresh)
    {
        var table = new WeightTable();
        foreach (var spec in specs)
        {
            using var scope = NewDisposeScope();
            table.Add(new ModelWeight(spec.Name, fresh(spec), spec.StoredTransposed));
        }

        return table;
    }

    /// <summary>The taps of the model whose parameters these are; all of its layers pass their values through them.</summary>
    public TapSet Taps { get; } = new();

    /// <summary>The parameters in order.</summary>
    public IReadOnlyList<ModelWeight> All => _weights;

    /// <summary>What was found on reading them that is worth knowing, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; internal set; } = [];

    /// <summary>The parameter with a checkpoint's name.</summary>
    /// <exception cref="ModelFormatException">No parameter has the name.</exception>
    public ModelWeight this[string name] => _byName.TryGetValue(name, out var weight)
        ? weight
        : throw new ModelFormatException($"The model has no weight '{name}'; "
            + $"it has {_weights.Count}, such as '{_weights.FirstOrDefault()?.Name}'.");

    /// <summary>Whether a parameter has the name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Takes ownership of a parameter and returns its tensor.</summary>
    public Tensor Add(ModelWeight weight)
    {
        weight.Value.DetachFromDisposeScope();
        _weights.Add(weight);
        _byName.Add(weight.Name, weight);
        return weight.Value;
    }

    /// <summary>
    /// SHA-256 over names, types, shapes and bytes of all parameters in order, as lower-case hexadecimal: equal exactly when
    /// every weight is equal bit for bit.
    /// </summary>
    public string Hash() => Hash(weight => weight.Value);

    /// <summary>The hash that the table has with other values.</summary>
    /// <param name="valueOf">The value of each parameter; it stays the callee's.</param>
    internal string Hash(Func<ModelWeight, Tensor> valueOf)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var weight in _weights)
            Append(hash, weight.Name, valueOf(weight));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Takes one parameter into a hash of many.</summary>
    internal static void Append(IncrementalHash hash, string name, Tensor value)
    {
        Span<byte> number = stackalloc byte[8];
        hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{value.dtype}\n"));
        foreach (var size in value.shape)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, size);
            hash.AppendData(number);
        }

        AppendBytes(hash, value);
    }

    /// <summary>Writes all parameters under their checkpoint names and orientation.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="dtype">The type in the file.</param>
    public void Save(string path, ScalarType dtype)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var stored = _weights.GroupBy(weight => weight.Place?.Tensor ?? weight.Name, StringComparer.Ordinal)
            .Select(tensor => (tensor.Key, AsStored([.. tensor], dtype)))
            .ToList();
        SafeTensorsWriter.Write(path, stored, new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in _weights)
            weight.Value.Dispose();
        _weights.Clear();
        _byName.Clear();
    }

    /// <summary>A tensor of a file: one parameter, or those that it holds together.</summary>
    private static Tensor AsStored(IReadOnlyList<ModelWeight> weights, ScalarType dtype)
    {
        if (weights[0].Place is not { } place)
            return weights[0].ViewIn(weights[0].Value.detach()).to(dtype).contiguous();
        var whole = empty(place.ShapeOfWhole(weights[0].Value.shape), dtype, CPU);
        foreach (var weight in weights)
            weight.ViewIn(whole).copy_(weight.Value);
        return whole;
    }

    private static void AppendBytes(IncrementalHash hash, Tensor value)
    {
        using var scope = NewDisposeScope();
        var flat = value.detach().cpu().contiguous().view(-1);
        for (long at = 0; at < flat.shape[0]; at += HashedAtOnce)
        {
            using var piece = flat.narrow(0, at, Math.Min(HashedAtOnce, flat.shape[0] - at)); // A span holds 2 GB at most.
            hash.AppendData(piece.bytes);
        }
    }
}
