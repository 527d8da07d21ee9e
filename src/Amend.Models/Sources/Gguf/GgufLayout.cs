using System.Text.Json;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// How a model lies in a GGUF file, its own or the one that a converter makes of it: names of parameters, and order of values.
/// </summary>
public sealed class GgufLayout
{
    private const string NormEnd = "_norm.weight";
    private readonly GgufNames _names;

    /// <summary>The layout of a model.</summary>
    /// <param name="architecture">How models of its family lie in such files.</param>
    /// <param name="config">Its configuration, with the keys of <c>config.json</c>.</param>
    /// <exception cref="Tensors.AmendException">A key is missing or mistyped.</exception>
    public GgufLayout(IGgufArchitecture architecture, JsonElement config)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        (Architecture, _names) = (architecture.Name, new GgufNames(architecture.Modules(config)));
    }

    /// <summary>The file's <c>general.architecture</c>.</summary>
    public string Architecture { get; }

    /// <summary>What the file calls a parameter.</summary>
    public string NameInFile(ModelWeight weight) => _names.InFile(weight.Name);

    /// <summary>Whether a parameter is float32 in files of any type: vectors, norms, and what the architecture keeps so.</summary>
    public bool StaysWide(ModelWeight weight) =>
        weight.Value.dim() < 2 || NameInFile(weight).EndsWith(NormEnd, StringComparison.Ordinal) || ModuleOf(weight)?.StaysWide == true;

    /// <summary>Whether the file holds a parameter with others, one behind the other along a first dimension.</summary>
    public bool IsStacked(ModelWeight weight) => _names.MemberOf(weight.Name) is not null;

    /// <summary>Which of them a parameter is; 0 where its tensor is its own.</summary>
    public int MemberOf(ModelWeight weight) => _names.MemberOf(weight.Name) ?? 0;

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
        !weight.StoredTransposed && ModuleOf(weight)?.Values is { } values
            ? values.Load(_ => factor_OR.alias(), factor_OR.dtype)
            : factor_OR.alias();

    private GgufModule? ModuleOf(ModelWeight weight) => _names.ModuleOf(NameInFile(weight));

    private Tensor Laid(ModelWeight weight, Tensor value) => ModuleOf(weight)?.Values?.ToFile(value) ?? value.alias();
}
