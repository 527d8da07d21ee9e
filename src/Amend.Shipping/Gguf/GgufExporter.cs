using Amend.Editing;
using Amend.Models.Sources.Gguf;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files.Gguf;

namespace Amend.Shipping.Gguf;

/// <summary>
/// Writes the edited model as a GGUF file: a copy of the model's own with other values for the edited tensors, or of a folder in Hugging
/// Face's form the file that llama.cpp's converter makes.
/// </summary>
public sealed class GgufExporter : IExporter
{
    /// <inheritdoc/>
    public string Name => "gguf";

    /// <inheritdoc/>
    public string Description => "a GGUF file, for llama.cpp, Ollama and Amend";

    /// <inheritdoc/>
    public void CheckPlace(string place) => GgufForm.RequirePlace(place);

    /// <inheritdoc/>
    public ExportOutcome Write(ExportJob job)
    {
        if (job.Options.Rank is not null)
            throw new AmendException("--rank is for adapters; leave it out with --to gguf.");
        CheckPlace(job.To);
        var layout = GgufForm.LayoutOf(job.Model);
        using IGgufDraft draft = job.Model.Source is GgufModel ? new CopiedGguf(job, layout) : new ConvertedGguf(job, layout);
        GgufWriter.Write(
            job.To,
            [.. draft.Keys, ("amend.version", LibraryVersion.Current), .. GgufForm.OwnKeys(job)],
            [.. draft.Tensors.Index().Select(tensor => Told(job, draft.Tensors.Count, tensor.Index, tensor.Item))]);
        var types = draft.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Type, StringComparer.Ordinal);
        var changed = from name in job.Edits.Weights
                      let weight = job.Model.Weight(name)
                      let type = types[layout.NameInFile(weight)]
                      select ChangeMeasure.Of(job, name, type.Name, value => EditedTensor.OffOf(layout, weight, type, value));
        return new ExportOutcome(Name, job.To, job.Edits.Ids, [.. changed]) { Notes = draft.Notes };
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
