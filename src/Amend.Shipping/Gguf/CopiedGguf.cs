using Amend.Models.Sources.Gguf;
using Amend.Models.Weights;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files.Gguf;

namespace Amend.Shipping.Gguf;

/// <summary>
/// A model's own GGUF file: every key and every tensor byte for byte, but for the edited tensors, which are widened to float16 where they
/// were quantised, or quantised again as they were.
/// </summary>
internal sealed class CopiedGguf : IGgufDraft
{
    private const string SplitKeys = "split.";
    private readonly GgufFile _file;

    /// <summary>Opens the file.</summary>
    /// <exception cref="AmendException">An edited tensor is not written in its type, or the file changed.</exception>
    public CopiedGguf(ExportJob job, GgufLayout layout)
    {
        var edited = job.Edits.Weights.Select(weight => layout.NameInFile(job.Model.Weight(weight))).ToHashSet(StringComparer.Ordinal);
        var weights = EditedTensor.ByTensor(layout, job.Model.Names.Select(job.Model.Weight))
            .Where(tensor => edited.Contains(layout.NameInFile(tensor[0])))
            .ToDictionary(tensor => layout.NameInFile(tensor[0]), StringComparer.Ordinal);
        _file = GgufFile.Open(job.Model.Source.Path);
        try
        {
            Keys = [.. from key in _file.Metadata.Keys
                       where !key.StartsWith(SplitKeys, StringComparison.Ordinal)
                       select (key, _file.Metadata.Value(key))];
            Tensors = [.. from entry in _file.Entries
                          select weights.TryGetValue(entry.Name, out var tensor)
                              ? EditedTensor.Of(job, layout, tensor, TypeFor(layout, tensor[0], job.Options))
                              : _file.Content(entry.Name)];
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Key, object Value)> Keys { get; }

    /// <inheritdoc/>
    public IReadOnlyList<GgufContent> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => [];

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private GgufType TypeFor(GgufLayout layout, ModelWeight weight, ExportOptions options)
    {
        var tensor = layout.NameInFile(weight);
        var own = _file.TypeOf(tensor);
        if (options.DType is { } asked)
            return EditedTensor.Fitting(asked.InGguf, layout, weight);
        if (own.BlockElements == 1)
            return own;
        if (!options.KeepsQuantisation)
            return WrittenType.Float16.InGguf;
        return own.IsWritten
            ? own
            : throw new AmendException(
                $"--keep-quant was asked, and '{tensor}' is {own.Name}, which is read and not written; "
                + $"leave it out, and the tensor becomes {WrittenType.Float16.InGguf.Name}.");
    }
}
