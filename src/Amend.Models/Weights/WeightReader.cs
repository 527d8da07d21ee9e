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
    private readonly Checkpoint _checkpoint;
    private readonly CheckpointNames _names;
    private readonly ScalarType _dtype;
    private readonly Device _device;
    private readonly CheckpointForm _form;
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly WeightTable _table = new();
    private bool _finished;

    /// <summary>Creates a reader.</summary>
    /// <param name="checkpoint">The open checkpoint.</param>
    /// <param name="dtype">The type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="form">How the family's checkpoints write the parameters.</param>
    public WeightReader(Checkpoint checkpoint, ScalarType dtype, Device device, CheckpointForm form)
    {
        _checkpoint = checkpoint;
        _names = new CheckpointNames(checkpoint.Names);
        _dtype = dtype;
        _device = device;
        _form = form;
    }

    /// <summary>
    /// Reads all parameters of a family. What else is in the file is left there: what the form passes over and copies of parameters
    /// without a word, what belongs to no part of the model and copies that differ with a note of the table.
    /// </summary>
    /// <param name="specs">The parameters in the order of the table.</param>
    /// <param name="checkpoint">The open checkpoint.</param>
    /// <param name="dtype">The type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="form">How the family's checkpoints write the parameters.</param>
    /// <returns>The table; the caller disposes.</returns>
    /// <exception cref="ModelFormatException">Tensors are missing, of another shape or unexpected; all are listed.</exception>
    public static WeightTable ReadAll(
        IEnumerable<WeightSpec> specs, Checkpoint checkpoint, ScalarType dtype, Device device, CheckpointForm form)
    {
        using var reader = new WeightReader(checkpoint, dtype, device, form);
        WeightSpec[] all = [.. specs];
        foreach (var spec in all)
        {
            var found = reader.NameInFile(spec.Tensor) ?? reader.CopyOf(spec, all);
            if (found is not null || !spec.IsOptional)
                reader.Read(spec, found);
        }

        return reader.Finish();
    }

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
        var left = new TensorsLeft(_checkpoint, _form, _asked, _table);
        if (_problems.Count + left.Unexpected.Count > 0)
            throw left.Refusal([.. _problems.Distinct()]); // Of a tensor that holds several, all are missing.
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
            _problems.Add(Missing(spec.Tensor));
            return;
        }

        _asked.Add(inFile);
        var expected = spec.ShapeInFile;
        var (found, stored) = (_checkpoint.Entry(inFile).Shape, _checkpoint.Entry(inFile).DType);
        if (!found.AsSpan().SequenceEqual(expected))
        {
            _problems.Add(
                $"'{_checkpoint.NameInFile(inFile)}' is [{string.Join(',', found)}] where [{string.Join(',', expected)}] was expected");
            return;
        }

        if (!is_floating_point(stored))
        {
            _problems.Add($"'{_checkpoint.NameInFile(inFile)}' holds {stored} values where floating-point numbers were expected");
            return;
        }

        using var scope = NewDisposeScope();
        _table.Add(ModelWeight.Read(spec, inFile, _checkpoint, _dtype, _device));
    }

    private string Missing(string name) =>
        _form.NamesOf(name).Select(one => _checkpoint.Absent.GetValueOrDefault(one)).FirstOrDefault(shard => shard is not null) is { } shard
            ? $"'{name}' is missing, though the index places it in '{Path.GetFileName(shard)}'"
            : $"'{_checkpoint.NameInFile(name)}' is missing";

    /// <summary>
    /// The copy of a parameter, where that is all that the file holds of it; null where another parameter is asked by that name.
    /// </summary>
    private string? CopyOf(WeightSpec spec, IEnumerable<WeightSpec> all)
    {
        string[] copies =
        [
            .. _checkpoint.Names.Where(name => _form.OriginalOf(CheckpointNames.Bare(name)) == spec.Name
                && _checkpoint.Entry(name).Shape.AsSpan().SequenceEqual(spec.Shape)),
        ];
        if (copies.Length == 0)
            return null;
        var asked = all.SelectMany(one => _form.NamesOf(one.Name)).ToHashSet(StringComparer.Ordinal);
        return Array.Find(copies, name => !asked.Contains(CheckpointNames.Bare(name)));
    }

    private string? NameInFile(string name) => _form.NamesOf(name).Select(_names.InFile).FirstOrDefault(found => found is not null);
}
