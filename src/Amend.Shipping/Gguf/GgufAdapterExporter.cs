using Amend.Models.Sources.Gguf;
using Amend.Shipping.Adapters;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Shipping.Gguf;

/// <summary>
/// Writes edits as an adapter of llama.cpp, which it puts on a model when it is loaded and takes off again. Its alpha is 0, which says that
/// the factors are the change, whatever rank each weight's have.
/// </summary>
public sealed class GgufAdapterExporter : IExporter
{
    /// <inheritdoc/>
    public string Name => "gguf-lora";

    /// <inheritdoc/>
    public string Description => "an adapter for llama.cpp (--lora), on top of the unedited GGUF file";

    /// <inheritdoc/>
    public void CheckPlace(string place) => GgufForm.RequirePlace(place);

    /// <inheritdoc/>
    public ExportOutcome Write(ExportJob job)
    {
        if (job.Options.KeepsQuantisation || job.Options.DType is not null)
        {
            throw new AmendException(
                "An adapter for llama.cpp is written in float32; leave --out-dtype and --keep-quant out with --to gguf-lora.");
        }

        CheckPlace(job.To);
        var layout = GgufForm.LayoutOf(job.Model);
        if (job.Edits.Weights.Select(job.Model.Weight).FirstOrDefault(layout.IsStacked) is { } expert)
        {
            throw new AmendException(
                $"'{expert.Name}' is changed, which GGUF files hold with others in '{layout.NameInFile(expert)}', where no adapter is "
                + "written; write --to gguf instead.");
        }

        var factors = StackedFactors.Of(job);
        try
        {
            GgufWriter.Write(job.To, [.. Keys(layout.Architecture, job)], [.. factors.SelectMany(one => Contents(job, layout, one))]);
            return new ExportOutcome(Name, job.To, job.Edits.Ids, [.. factors.Select(one => one.Shipped(ScalarType.Float32))]);
        }
        finally
        {
            foreach (var one in factors)
                one.Dispose();
        }
    }

    private static IEnumerable<(string Key, object Value)> Keys(string architecture, ExportJob job) =>
    [
        ("general.architecture", architecture),
        ("general.type", "adapter"),
        ("general.name", $"{job.Model.Source.Name}-edits"),
        ("adapter.type", "lora"),
        ("adapter.lora.alpha", 0f),
        .. GgufForm.OwnKeys(job),
    ];

    private static IEnumerable<GgufContent> Contents(ExportJob job, GgufLayout layout, StackedFactors factors)
    {
        var weight = job.Model.Weight(factors.Weight);
        var (name, type) = (layout.NameInFile(weight), WrittenType.Float32.InGguf);
        yield return GgufContent.Of($"{name}.lora_a", type, factors.A.shape, factors.A.alias);
        yield return GgufContent.Of($"{name}.lora_b", type, factors.B.shape, () => layout.RowsToFile(weight, factors.B));
    }
}
