using Amend.Editing;
using Amend.Models.Sources.Gguf;
using Amend.Shipping.Importing;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Files.Gguf;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Gguf;

/// <summary>An adapter of llama.cpp as an edit of the GGUF file that it is for, or of the folder that the file was made of.</summary>
public sealed class GgufAdapterImporter : IImporter
{
    private const string A = ".lora_a";
    private const string B = ".lora_b";
    private const string Kind = "adapter";
    private const string Lora = "lora";

    /// <inheritdoc/>
    public string Name => "gguf-lora";

    /// <inheritdoc/>
    public string Description => "an adapter file of llama.cpp";

    /// <inheritdoc/>
    public bool Reads(string path)
    {
        if (!GgufModel.IsAt(path))
            return false;
        using var file = GgufFile.Open(path);
        return file.Metadata.TextOrNone("general.type") == Kind;
    }

    /// <inheritdoc/>
    public Edit Read(ImportJob job)
    {
        using var file = GgufFile.Open(job.Path);
        if (file.Metadata.TextOrNone("adapter.type") is var type && type != Lora)
        {
            throw new AmendException(
                $"'{job.Path}' is an adapter of the type '{type}' (adapter.type), and only '{Lora}' is read; give an adapter of it.");
        }

        var layout = GgufForm.LayoutOf(job.Model);
        if (file.Metadata.Text("general.architecture") is var architecture && architecture != layout.Architecture)
        {
            throw new AmendException(
                $"'{job.Path}' is for the architecture '{architecture}', and '{job.Model.Source.Name}' is of '{layout.Architecture}'; "
                + "give an adapter of this model.");
        }

        var changes = new Dictionary<string, IWeightDelta>(StringComparer.Ordinal);
        try
        {
            var weights = job.Model.Names.Select(job.Model.Weight).Where(weight => !layout.IsStacked(weight))
                .ToDictionary(layout.NameInFile, StringComparer.Ordinal);
            foreach (var name in file.Entries.Select(entry => entry.Name).Where(name => !name.EndsWith(B, StringComparison.Ordinal)))
            {
                var tensor = name.EndsWith(A, StringComparison.Ordinal) ? name[..^A.Length] : name;
                if (tensor == name || !file.Contains(tensor + B) || !weights.TryGetValue(tensor, out var weight))
                {
                    throw new AmendException(
                        $"'{job.Path}' has the tensor {ShownName.Of(name)}, for which the model has no place; give one of this model.");
                }

                changes.Add(weight.Name, Change(file, layout, weight, tensor, job));
            }

            return job.ToEdit(Name, ContentHash.ReadFile(job.Path), file.Metadata.TextOrNone("general.base_model.0.name"), changes);
        }
        catch
        {
            foreach (var change in changes.Values)
                change.Dispose();
            throw;
        }
    }

    private static LowRankDelta Change(GgufFile file, GgufLayout layout, Models.Weights.ModelWeight weight, string tensor, ImportJob job)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (a_RI, b_OR) = (file.Load(tensor + A, ScalarType.Float32), file.Load(tensor + B, ScalarType.Float32));
        var shape = weight.Value.shape;
        if (shape.Length != 2 || b_OR.shape[0] != shape[0] || a_RI.shape[1] != shape[1] || a_RI.shape[0] != b_OR.shape[1])
        {
            throw new AmendException(
                $"'{job.Path}' has [{string.Join(',', b_OR.shape)}] and [{string.Join(',', a_RI.shape)}] for '{tensor}', which is "
                + $"[{string.Join(',', shape)}] in '{job.Model.Source.Name}'; give an adapter of this model.");
        }

        // An alpha of 0 says that the factors are the change (llama.cpp, llama-adapter.h: get_scale).
        var alpha = file.Metadata.NumberOrNone("adapter.lora.alpha") ?? 0;
        var scale = alpha == 0 ? 1 : alpha / a_RI.shape[0];
        return new LowRankDelta(layout.RowsFromFile(weight, b_OR) * scale, a_RI.t());
    }
}
