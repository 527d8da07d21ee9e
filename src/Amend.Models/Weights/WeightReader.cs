using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>
/// Reads a family's parameters from a checkpoint into a table, with shapes checked and orientation normalised. Missing and
/// mis-shaped tensors are collected and reported together.
/// </summary>
public sealed class WeightReader
{
    private readonly Checkpoint checkpoint;
    private readonly ScalarType dtype;
    private readonly Device device;
    private readonly string optionalPrefix;
    private readonly List<string> problems = [];

    /// <summary>Creates a reader.</summary>
    /// <param name="checkpoint">The open checkpoint.</param>
    /// <param name="dtype">The type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="optionalPrefix">A prefix of the family's names that some files leave out, such as <c>transformer.</c></param>
    public WeightReader(Checkpoint checkpoint, ScalarType dtype, Device device, string optionalPrefix)
    {
        this.checkpoint = checkpoint;
        this.dtype = dtype;
        this.device = device;
        this.optionalPrefix = optionalPrefix;
    }

    /// <summary>What has been read; on <see cref="Finish"/> the caller owns it.</summary>
    public WeightTable Table { get; } = new();

    /// <summary>Whether the checkpoint has a tensor of this name, with or without the optional prefix.</summary>
    public bool Has(string name) => NameInFile(name) is not null;

    /// <summary>Reads a parameter of the given shape.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="shape">Its shape in memory.</param>
    public Tensor Read(string name, params long[] shape) => Read(name, shape, storedTransposed: false);

    /// <summary>Reads a linear weight stored as <c>[in,out]</c> into <c>[out,in]</c>.</summary>
    public Tensor ReadTransposed(string name, long outputs, long inputs) => Read(name, [outputs, inputs], storedTransposed: true);

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ModelFormatException">Tensors were missing or of another shape; all are listed.</exception>
    public WeightTable Finish()
    {
        if (problems.Count == 0)
            return Table;
        Table.Dispose();
        throw new ModelFormatException(
            $"The checkpoint in '{checkpoint.Folder}' does not fit its config.json ({problems.Count} problems): {string.Join("; ", problems.Take(20))}; check that both come from the same model.");
    }

    private Tensor Read(string name, long[] shape, bool storedTransposed)
    {
        if (NameInFile(name) is not { } inFile)
            return Problem($"'{name}' is missing", shape);
        long[] expected = storedTransposed ? [shape[1], shape[0]] : shape;
        var found = checkpoint.Entry(inFile).Shape;
        if (!found.AsSpan().SequenceEqual(expected))
            return Problem($"'{inFile}' is [{string.Join(',', found)}] where [{string.Join(',', expected)}] was expected", shape);
        using var scope = NewDisposeScope();
        var loaded = checkpoint.Load(inFile, dtype).to(device);
        var value = storedTransposed ? loaded.t().contiguous() : loaded;
        return Table.Add(new ModelWeight(name, value, storedTransposed));
    }

    private Tensor Problem(string problem, long[] shape)
    {
        problems.Add(problem);
        return empty(shape, dtype: dtype);
    }

    private string? NameInFile(string name)
    {
        if (checkpoint.Contains(name))
            return name;
        return name.StartsWith(optionalPrefix, StringComparison.Ordinal) && checkpoint.Contains(name[optionalPrefix.Length..])
            ? name[optionalPrefix.Length..]
            : null;
    }
}
