using Amend.Editing;
using Amend.Models.Sources.Gguf;
using Amend.Models.Weights;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Shipping.Gguf;

/// <summary>
/// Writes the edited model as a GGUF file: every key and every tensor of the source byte for byte, but for the edited tensors, which are
/// widened to float16 where they were quantised, or quantised again as they were.
/// </summary>
public sealed class GgufExporter : IExporter
{
    private const string SplitKeys = "split.";
    private const string Widened = "F16";

    /// <inheritdoc/>
    public string Name => "gguf";

    /// <inheritdoc/>
    public string Description => "a GGUF file, for llama.cpp, Ollama and Amend; of a model that is one";

    /// <inheritdoc/>
    public ExportOutcome Write(ExportJob job)
    {
        if (job.Options.Rank is not null)
            throw new AmendException("--rank is for adapters; leave it out with --to gguf.");
        GgufSource.RequireFree(job.To);
        using var layout = GgufSource.Open(job, Name);
        var weights = job.Edits.Weights.ToDictionary(weight => layout.NameInFile(job.Model.Weight(weight)), job.Model.Weight);
        var types = weights.ToDictionary(weight => weight.Key, weight => TypeFor(layout.File.TypeOf(weight.Key), weight.Key, job.Options));
        GgufContent[] contents =
        [
            .. from entry in layout.File.Entries.Index()
               select Told(job, layout.File.Entries.Count, entry.Index, weights.TryGetValue(entry.Item.Name, out var weight)
                   ? Changed(job, layout, weight, types[entry.Item.Name])
                   : layout.File.Content(entry.Item.Name)),
        ];
        GgufWriter.Write(job.To, [.. Keys(layout.File.Metadata), .. OwnKeys(job)], contents);
        return new ExportOutcome(Name, job.To, job.Edits.Ids,
        [
            .. weights.OrderBy(weight => weight.Value.Name, StringComparer.Ordinal).Select(weight => ChangeMeasure.Of(
                job, weight.Value.Name, types[weight.Key].Name, value => OffOf(layout, weight.Value, types[weight.Key], value))),
        ]);
    }

    private static IEnumerable<(string Key, object Value)> Keys(GgufMetadata metadata) =>
        metadata.Keys.Where(key => !key.StartsWith(SplitKeys, StringComparison.Ordinal)).Select(key => (key, metadata.Value(key)));

    /// <summary>What other programs pass over and Amend and people read.</summary>
    private static IEnumerable<(string Key, object Value)> OwnKeys(ExportJob job) =>
    [
        ("amend.version", LibraryVersion.Current),
        ("amend.base_weights_hash", job.Edits.Edits[0].Record.BaseWeightsHash),
        ("amend.edits", (string[])[.. job.Edits.Ids]),
    ];

    private static GgufType TypeFor(GgufType own, string tensor, ExportOptions options)
    {
        if (options.DType is { } asked)
            return GgufType.Find(asked switch { ScalarType.Float32 => "F32", ScalarType.BFloat16 => "BF16", _ => Widened });
        if (own.BlockElements == 1)
            return own;
        if (!options.KeepsQuantisation)
            return GgufType.Find(Widened);
        return own.IsWritten
            ? own
            : throw new AmendException(
                $"--keep-quant was asked, and '{tensor}' is {own.Name}, which is read and not written; "
                + $"leave it out, and the tensor becomes {Widened}.");
    }

    private static GgufContent Changed(ExportJob job, GgufLayout layout, ModelWeight weight, GgufType type)
    {
        var name = layout.NameInFile(weight);
        return GgufContent.Of(name, type, layout.File.Entry(name).Shape, () =>
        {
            using var scope = NewDisposeScope();
            return layout.ToFile(weight, job.Edits.Changed(job.Model, weight.Name)).contiguous().MoveToOuterDisposeScope();
        });
    }

    /// <summary>The norm of the difference between a value and what a reader gets of it; the order of rows does not matter to it.</summary>
    private static double OffOf(GgufLayout layout, ModelWeight weight, GgufType type, Tensor value)
    {
        using var scope = NewDisposeScope();
        using var laid = layout.ToFile(weight, value).contiguous();
        return (GgufContent.Rounded(type, laid).to(float64) - laid.to(float64)).norm().item<double>();
    }

    private static GgufContent Told(ExportJob job, int all, int at, GgufContent content) => content with
    {
        Write = stream =>
        {
            job.Report(content.Name, at, all);
            content.Write(stream);
        },
    };
}
