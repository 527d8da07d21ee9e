using Amend.Models;
using Amend.Models.Sources.Gguf;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Shipping.Gguf;

/// <summary>
/// The GGUF file of a model in Hugging Face's form, as llama.cpp's converter makes it (convert_hf_to_gguf.py): its keys, names, order and
/// types of tensors, with the edits in the values.
/// </summary>
internal sealed class ConvertedGguf : IGgufDraft
{
    private const uint QuantisationVersion = 2;

    /// <summary>Reads configuration and tokenizer.</summary>
    /// <exception cref="AmendException">They ask for what no such file says.</exception>
    public ConvertedGguf(ExportJob job, GgufLayout layout)
    {
        if (job.Options.KeepsQuantisation)
        {
            throw new AmendException(
                $"--keep-quant is for a model that is a GGUF file, and '{job.Model.Source.Path}' is none; leave it out.");
        }

        var type = job.Options.DType ?? WrittenType.Float16;
        var said = new GgufConversion(
            job.Model.Source, job.Model.Description.Configuration, GgufForm.ArchitectureOf(job.Model), BuiltInFamilies.TokenizerDefaults);
        Tensors =
        [
            .. said.Vectors.Select(ContentOf),
            .. from weights in EditedTensor.ByTensor(layout, job.Model.Names.Order(StringComparer.Ordinal).Select(job.Model.Weight))
               select EditedTensor.Of(job, layout, weights, EditedTensor.Fitting(type.InGguf, layout, weights[0])),
        ];
        Keys =
        [
            ("general.architecture", layout.Architecture),
            ("general.type", "model"),
            ("general.name", job.Model.Source.Name),
            ("general.size_label", SizeLabel.Of(Tensors.Select(tensor => (tensor.Name, tensor.Shape)))),
            ("general.file_type", type.FileType),
            ("general.quantization_version", QuantisationVersion),
            .. said.Keys,
        ];
        Notes = said.Lost;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Key, object Value)> Keys { get; }

    /// <inheritdoc/>
    public IReadOnlyList<GgufContent> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The model is the caller's.
    }

    private static GgufContent ContentOf(GgufVector vector) => GgufContent.Of(
        vector.Name, WrittenType.Float32.InGguf, [vector.Values.Count], () => tensor(vector.Values.ToArray(), ScalarType.Float32));
}
