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
    /// <summary>What the norms' scale and shift are called in the first published files of BERT.</summary>
    private static readonly (string Now, string Then)[] OldNames = [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")];

    private readonly Checkpoint _checkpoint;
    private readonly CheckpointNames _names;
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
        _names = new CheckpointNames(checkpoint.Names);
        _dtype = dtype;
        _device = device;
        _optionalPrefix = optionalPrefix;
    }

    /// <summary>
    /// Reads all parameters of a family. What else is in the file is left there: masks, frequencies and copies of tied weights
    /// without a word, what belongs to no part of the model with a note of the table.
    /// </summary>
    /// <param name="specs">
    /// The parameters in the order of the table, the token embedding first: where it is missing and no head is asked for, it is the
    /// head's copy of it.
    /// </param>
    /// <param name="checkpoint">The open checkpoint.</param>
    /// <param name="dtype">The type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="optionalPrefix">A prefix of the names that some files leave out; empty for none.</param>
    /// <returns>The table; the caller disposes.</returns>
    /// <exception cref="ModelFormatException">Tensors are missing, of another shape or unexpected; all are listed.</exception>
    public static WeightTable ReadAll(IEnumerable<WeightSpec> specs, Checkpoint checkpoint, ScalarType dtype, Device device, string optionalPrefix = "")
    {
        using var reader = new WeightReader(checkpoint, dtype, device, optionalPrefix);
        WeightSpec[] all = [.. specs];
        foreach (var (place, spec) in all.Index())
        {
            var found = reader.NameInFile(spec.Name) ?? (place == 0 ? reader.TiedCopyOf(spec, all) : null);
            reader.Read(spec, found);
        }

        return reader.Finish();
    }

    /// <summary>Whether the checkpoint has a tensor of this name, with or without the optional prefix.</summary>
    public bool Has(string name) => NameInFile(name) is not null;

    /// <summary>Reads a parameter of the given shape.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="shape">Its shape in memory.</param>
    public void Read(string name, params long[] shape) => Read(new WeightSpec(name, shape), NameInFile(name));

    /// <summary>Ends the reading and gives away what was read; the caller disposes.</summary>
    /// <exception cref="ModelFormatException">
    /// Tensors were missing, of another shape or type, or there in a part of the model without being asked for; all are listed.
    /// </exception>
    public WeightTable Finish()
    {
        var left = new TensorsLeft(_checkpoint, _asked, _table);
        if (_problems.Count + left.Unexpected.Count > 0)
            throw left.Refusal(_problems);
        _table.Notes = left.Notes;
        _finished = true;
        return _table;
    }

    /// <summary>Frees what was read, unless <see cref="Finish"/> gave it away.</summary>
    public void Dispose()
    {
        if (!_finished)
            _table.Dispose();
    }

    private void Read(WeightSpec spec, string? inFile)
    {
        if (inFile is null)
        {
            _problems.Add(Missing(spec.Name));
            return;
        }

        _asked.Add(inFile);
        var expected = spec.StoredTransposed ? [spec.Shape[1], spec.Shape[0]] : spec.Shape;
        var (found, stored) = (_checkpoint.Entry(inFile).Shape, _checkpoint.Entry(inFile).DType);
        if (!found.AsSpan().SequenceEqual(expected))
        {
            _problems.Add($"'{inFile}' is [{string.Join(',', found)}] where [{string.Join(',', expected)}] was expected");
            return;
        }

        if (!is_floating_point(stored))
        {
            _problems.Add($"'{inFile}' holds {stored} values where floating-point numbers were expected");
            return;
        }

        using var scope = NewDisposeScope();
        var loaded = _checkpoint.Load(inFile, _dtype).to(_device);
        var value = spec.StoredTransposed ? loaded.t().contiguous() : loaded;
        _table.Add(new ModelWeight(spec.Name, value, spec.StoredTransposed) { NameInFile = inFile });
    }

    private string Missing(string name) =>
        Candidates(name).Select(candidate => _checkpoint.Absent.GetValueOrDefault(candidate)).FirstOrDefault(shard => shard is not null) is { } shard
            ? $"'{name}' is missing, though the index places it in '{Path.GetFileName(shard)}'"
            : $"'{name}' is missing";

    /// <summary>The stored head of a model whose head is the token embedding, where that is all that is stored of the two.</summary>
    private string? TiedCopyOf(WeightSpec embedding, IEnumerable<WeightSpec> all)
    {
        var asked = all.SelectMany(spec => Candidates(spec.Name)).ToHashSet(StringComparer.Ordinal);
        return _checkpoint.Names.FirstOrDefault(name =>
            PassedOver.IsTiedCopy(name) && !asked.Contains(CheckpointNames.Bare(name)) && _checkpoint.Entry(name).Shape.AsSpan().SequenceEqual(embedding.Shape));
    }

    private string? NameInFile(string name) => Candidates(name).Select(_names.InFile).FirstOrDefault(found => found is not null);

    /// <summary>What a tensor can be called in a file, its own name first.</summary>
    private IEnumerable<string> Candidates(string name)
    {
        string[] full = [name, .. OldNames.Where(old => name.EndsWith(old.Now, StringComparison.Ordinal)).Select(old => name[..^old.Now.Length] + old.Then)];
        return full.Concat(full.Where(one => one.StartsWith(_optionalPrefix, StringComparison.Ordinal)).Select(one => one[_optionalPrefix.Length..]));
    }
}
