using System.Security.Cryptography;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// The eigenvectors that give a <see cref="NullSpace"/>: those of the space or those outside it, whichever are fewer, so that
/// they take at most half of the projector's room. They can be kept in a file, because finding them costs far more.
/// </summary>
public sealed class NullSpaceBasis : IDisposable
{
    private const string FormatKey = "format";
    private const string Format = "amend.null-space.v1";
    private const string VectorsName = "vectors";
    private const string OutsideKey = "outside";
    private const string HashKey = "sha256";

    private readonly Tensor _vectors_FN;
    private readonly bool _isOutside;

    private NullSpaceBasis(Tensor vectors_FN, bool isOutside) =>
        (_vectors_FN, _isOutside) = (vectors_FN.DetachFromDisposeScope(), isOutside);

    /// <summary>The number of directions in the space.</summary>
    public long Dimensions => _isOutside ? _vectors_FN.shape[0] - _vectors_FN.shape[1] : _vectors_FN.shape[1];

    /// <summary>Bytes of the vectors.</summary>
    public long Bytes => _vectors_FN.numel() * sizeof(double);

    /// <summary>Finds the vectors by an eigendecomposition; the caller keeps the matrix and disposes the result.</summary>
    /// <param name="matrix">The matrix, <c>[F,F]</c>, symmetric, of a floating type.</param>
    /// <param name="threshold">Eigenvalues below it count as zero; above 0.</param>
    /// <exception cref="ArgumentException">The matrix is not square or not floating.</exception>
    public static NullSpaceBasis Below(Tensor matrix, double threshold)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.dim() != 2 || matrix.shape[0] != matrix.shape[1] || !matrix.is_floating_point())
            throw new ArgumentException(
                $"A null space is one of a square floating matrix, "
                    + $"but this one has shape [{string.Join(", ", matrix.shape)}] and type {matrix.dtype}.", nameof(matrix));
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (values_F, vectors_FF) = linalg.eigh(matrix.detach().to(ScalarType.Float64));
        var (width, inside) = (matrix.shape[0], (values_F < threshold).sum().item<long>()); // They are in ascending order.
        var isOutside = inside > width - inside;
        var chosen_FN = isOutside ? vectors_FF.narrow(1, inside, width - inside) : vectors_FF.narrow(1, 0, inside);
        return new NullSpaceBasis(empty(chosen_FN.shape, ScalarType.Float64, chosen_FN.device).copy_(chosen_FN),
            isOutside); // Row by row, as a file has it.
    }

    /// <summary>The space; the caller disposes.</summary>
    public NullSpace Space()
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var product_FF = _vectors_FN.matmul(_vectors_FN.t());
        if (_isOutside)
        {
            product_FF.neg_();
            product_FF.diagonal().add_(1); // P = I - U₁U₁ᵀ
        }

        return new NullSpace(product_FF.DetachFromDisposeScope(), Dimensions);
    }

    /// <summary>Writes the vectors, atomically.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="of">What the space is of; <see cref="LoadOrNull"/> must be told the same.</param>
    /// <exception cref="AmendException">The file cannot be written.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string> of) =>
        SafeTensorsWriter.Write(
            path,
            [(VectorsName, _vectors_FN)],
            new Dictionary<string, string>(of) { [FormatKey] = Format, [OutsideKey] = _isOutside
                ? "true"
                : "false", [HashKey] = HashOf(_vectors_FN) });

    /// <summary>
    /// Reads vectors that <see cref="Save"/> wrote; null where the file is broken or of something else. The caller disposes.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="of">What the space must be of.</param>
    /// <param name="width">The vectors' width, <c>F</c>.</param>
    public static NullSpaceBasis? LoadOrNull(string path, IReadOnlyDictionary<string, string> of, long width)
    {
        try
        {
            using var file = SafeTensorsFile.Open(path);
            if (!IsOf(file, of) || file.Entries is not [{ Name: VectorsName, DType: ScalarType.Float64, Shape: [var height, var count] }]
                || height != width || count > width)
                return null;
            using var _ = no_grad();
            using var scope = NewDisposeScope();
            var vectors_FN = file.Load(VectorsName);
            return HashOf(vectors_FN) == file.Metadata.GetValueOrDefault(HashKey)
                ? new NullSpaceBasis(vectors_FN, file.Metadata[OutsideKey] == "true")
                : null;
        }
        catch (SafeTensorsException)
        {
            return null;
        }
    }

    /// <summary>Frees the vectors.</summary>
    public void Dispose() => _vectors_FN.Dispose();

    private static bool IsOf(SafeTensorsFile file, IReadOnlyDictionary<string, string> of) =>
        file.Metadata.GetValueOrDefault(FormatKey) == Format && file.Metadata.ContainsKey(OutsideKey)
        && of.All(pair => file.Metadata.GetValueOrDefault(pair.Key) == pair.Value);

    private static string HashOf(Tensor vectors_FN)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var scope = NewDisposeScope();
        TensorBytes.ForEachChunk(vectors_FN.cpu(), (bytes, _) => hash.AppendData(bytes));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
