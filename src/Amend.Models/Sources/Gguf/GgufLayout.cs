using Amend.Models.Weights;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>A model's GGUF file as it lies: what it calls each parameter, and how it lays the values; owns the file.</summary>
public sealed class GgufLayout : IDisposable
{
    private readonly GgufNames _names;

    internal GgufLayout(GgufFile file, string architecture, GgufNames names) => (File, Architecture, _names) = (file, architecture, names);

    /// <summary>The open file.</summary>
    public GgufFile File { get; }

    /// <summary>The file's <c>general.architecture</c>.</summary>
    public string Architecture { get; }

    /// <summary>What the file calls a parameter.</summary>
    public string NameInFile(ModelWeight weight) => _names.InFile(weight.NameInFile);

    /// <summary>A parameter's value as the file lays it.</summary>
    /// <param name="weight">The parameter.</param>
    /// <param name="value">Its value as a model has it; a matrix is <c>[out,in]</c>.</param>
    /// <returns>A tensor in the caller's dispose scope, which may share the value's memory.</returns>
    public Tensor ToFile(ModelWeight weight, Tensor value) => Laid(weight, weight.StoredTransposed ? value.t() : value);

    /// <summary>A factor of a change with the parameter's rows, <c>[out,R]</c>, as the file lays these rows.</summary>
    /// <param name="weight">The parameter.</param>
    /// <param name="factor_OR">The factor.</param>
    /// <returns>A tensor in the caller's dispose scope, which may share the factor's memory.</returns>
    public Tensor RowsToFile(ModelWeight weight, Tensor factor_OR) =>
        weight.StoredTransposed ? factor_OR.alias() : Laid(weight, factor_OR); // A file has such a weight's rows in order already.

    /// <summary>The factor of a change as a model has it, of one as the file lays its rows.</summary>
    /// <param name="weight">The parameter.</param>
    /// <param name="factor_OR">The factor, float32; its memory may be written.</param>
    /// <returns>A tensor in the caller's dispose scope, which may share the factor's memory.</returns>
    public Tensor RowsFromFile(ModelWeight weight, Tensor factor_OR) =>
        !weight.StoredTransposed && _names.ModuleOf(NameInFile(weight))?.Values is { } values
            ? values.Load(_ => factor_OR.alias(), factor_OR.dtype)
            : factor_OR.alias();

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    private Tensor Laid(ModelWeight weight, Tensor value) => _names.ModuleOf(NameInFile(weight))?.Values?.ToFile(value) ?? value.alias();
}
