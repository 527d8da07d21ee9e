using Amend.Models.Configuration;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>
/// Reads a family's parameters from a checkpoint into a table, with shapes checked and orientation normalised. Missing,
/// unexpected and mis-shaped tensors are collected and reported together. Disposed before <see cref="Finish"/>, it frees what it has read.
/// </summary>
public sealed class WeightReader : IDisposable
{
    private const int MostListed = 20;

    /// <summary>What the norms' scale and shift are called in the first published files of BERT.</summary>
    private static readonly (string Now, string Then)[] OldNames = [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")];

    private readonly Checkpoint _checkpoint;
    private readonly ScalarType _dtype;
    private readonly Device _device;
    private readonly string _optionalPrefix;
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly WeightTable _table = new();
    private bool _finished;

    /// <summary>Creates a reader.</summary>
    /// <param name="checkpoint">The open checkpoint.</param>
    /// <param name="dtype">The type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="optionalPrefix">A prefix of the family's names that some files leave out, such as <c>transformer.</c></param>
    public WeightReader(Checkpoint checkpoint, ScalarType dtype, Device device, string optionalPrefix)
    {
        _checkpoint = checkpoint;
        _dtype = dtype;
        _device = device;
        _optionalPrefix = optionalPrefix;
    }

    /// <summary>Reads all parameters of a family; others in the file, such as causal masks, are passed over.</summary>
    /// <param name="specs">The parameters, in the order of the table.</param>
    /// <param name="checkpoint">The open checkpoint.</param>
    /// <param name="dtype">The type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="optionalPrefix">A prefix of the names that some files leave out; empty for none.</param>
    /// <exception cref="ModelFormatException">Tensors are missing or of another shape; all are listed.</exception>
    public static WeightTable ReadAll(IEnumerable<WeightSpec> specs, Checkpoint checkpoint, ScalarType dtype, Device device, string optionalPrefix = "")
    {
        using var reader = new WeightReader(checkpoint, dtype, device, optionalPrefix);
        foreach (var spec in specs)
            reader.Read(spec.Name, spec.Shape, spec.StoredTransposed);
        return reader.Finish();
    }

    /// <summary>Whether the checkpoint has a tensor of this name, with or without the optional prefix.</summary>
    public bool Has(string name) => NameInFile(name) is not null;

    /// <summary>Reads a parameter of the given shape.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="shape">Its shape in memory.</param>
    public void Read(string name, params long[] shape) => Read(name, shape, storedTransposed: false);

    /// <summary>Reads a linear weight stored as <c>[in,out]</c> into <c>[out,in]</c>.</summary>
    public void ReadTransposed(string name, long outputs, long inputs) => Read(name, [outputs, inputs], storedTransposed: true);

    /// <summary>Ends the reading and gives away what was read; the caller disposes.</summary>
    /// <exception cref="ModelFormatException">
    /// Tensors were missing, of another shape, or there without being asked for; all are listed. Masks, frequencies and copies
    /// of tied weights may be there.
    /// </exception>
    public WeightTable Finish()
    {
        _problems.AddRange(_checkpoint.Names.Where(name => !_asked.Contains(name) && !PassedOver.Contains(name)).Select(name => $"'{name}' is not expected"));
        _finished = _problems.Count == 0;
        return _finished
            ? _table
            : throw new ModelFormatException(
                $"The checkpoint in '{_checkpoint.Folder}' does not fit its config.json ({_problems.Count} problems): {string.Join("; ", _problems.Take(MostListed))}{More()}; check that both come from the same model.");
    }

    /// <summary>Frees what was read, unless <see cref="Finish"/> gave it away.</summary>
    public void Dispose()
    {
        if (!_finished)
            _table.Dispose();
    }

    private void Read(string name, long[] shape, bool storedTransposed)
    {
        if (NameInFile(name) is not { } inFile)
        {
            _problems.Add($"'{name}' is missing");
            return;
        }

        _asked.Add(inFile);
        long[] expected = storedTransposed ? [shape[1], shape[0]] : shape;
        var found = _checkpoint.Entry(inFile).Shape;
        if (!found.AsSpan().SequenceEqual(expected))
        {
            _problems.Add($"'{inFile}' is [{string.Join(',', found)}] where [{string.Join(',', expected)}] was expected");
            return;
        }

        using var scope = NewDisposeScope();
        var loaded = _checkpoint.Load(inFile, _dtype).to(_device);
        var value = storedTransposed ? loaded.t().contiguous() : loaded;
        _table.Add(new ModelWeight(name, value, storedTransposed) { NameInFile = inFile });
    }

    private string More() => _problems.Count > MostListed ? $" and {_problems.Count - MostListed} more" : "";

    private string? NameInFile(string name)
    {
        string[] full = [name, .. OldNames.Where(old => name.EndsWith(old.Now, StringComparison.Ordinal)).Select(old => name[..^old.Now.Length] + old.Then)];
        var bare = full.Where(candidate => candidate.StartsWith(_optionalPrefix, StringComparison.Ordinal)).Select(candidate => candidate[_optionalPrefix.Length..]);
        return full.Concat(bare).FirstOrDefault(_checkpoint.Contains);
    }
}
