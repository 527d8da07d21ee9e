using Amend.Models.Sources.Gguf;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Shipping.HuggingFace;

/// <summary>
/// Writes the edited model as a folder in Hugging Face form: every file of the source, in the weight files other values for the edited
/// tensors alone, in the source's types and places; with the manifest <c>amend.json</c> and a paragraph in the model card.
/// </summary>
public sealed class HuggingFaceExporter : IExporter
{
    /// <inheritdoc/>
    public string Name => "hf";

    /// <inheritdoc/>
    public string Description => "a folder in Hugging Face form, for transformers, vLLM and Amend";

    /// <inheritdoc/>
    public void CheckPlace(string place) => StagedFolder.RefuseTaken(place);

    /// <inheritdoc/>
    public ExportOutcome Write(ExportJob job)
    {
        Check(job);
        var weights = WeightFiles.Of(job);
        using var folder = StagedFolder.Begin(job.To, ExportManifest.ContentOf(job, Name));
        var rest = job.Model.Source.Files.Where(file => !WeightFiles.IsOne(file)).GroupBy(file => Path.GetFileName(file)).ToList();
        var all = rest.Count + weights.Count;
        foreach (var (at, same) in rest.Index())
        {
            job.Report(same.Key, at, all);
            Add(folder, job, same.Last()); // Of an overlay and its base the overlay's.
        }

        foreach (var (at, weight) in weights.Index())
        {
            job.Report(weight.Name, rest.Count + at, all);
            folder.Add(weight.Name, weight.Write);
        }

        WeightFiles.AddIndex(folder, job, weights);
        ShippedWeight[] changed = [.. job.Edits.Weights.Select(weight => Measure(job, weight))];
        folder.Add(ExportManifest.FileName, path => ExportManifest.Write(path, job, changed));
        folder.Add(ModelCard.FileName, path => ModelCard.Write(path, job, before: null)); // Where the source has none.
        folder.Complete();
        return new ExportOutcome(Name, job.To, job.Edits.Ids, changed);
    }

    private void Check(ExportJob job)
    {
        if (job.Model.Source is GgufModel)
        {
            throw new AmendException(
                $"'{job.Model.Source.Path}' is a GGUF file, of which no folder in Hugging Face form is made; write --to gguf instead.");
        }

        if (job.Options.Rank is not null || job.Options.KeepsQuantisation)
            throw new AmendException("--rank is for adapters and --keep-quant for GGUF files; leave them out with --to hf.");
        job.Options.DType?.For(Name);
    }

    private static void Add(StagedFolder folder, ExportJob job, string file)
    {
        var name = Path.GetFileName(file);
        if (name == ModelCard.FileName)
            folder.Add(name, path => ModelCard.Write(path, job, before: file));
        else if (name == TypedConfiguration.FileName && (job.Options.DType is not null || WeightFiles.AreUnpacked(job)))
            folder.Add(name, path => TypedConfiguration.Write(file, path, job.Options.DType?.Numbers, WeightFiles.AreUnpacked(job)));
        else if (name != ExportManifest.FileName)
            folder.AddCopy(file);
    }

    private static ShippedWeight Measure(ExportJob job, string weight)
    {
        var type = job.Options.DType?.Numbers ?? job.Model.Checkpoint.Entry(job.Model.Weight(weight).NameInFile).DType;
        return ChangeMeasure.Of(job, weight, WrittenType.NameOf(type),
            value => (value.to(type).to(float64) - value.to(float64)).norm().item<double>());
    }
}
