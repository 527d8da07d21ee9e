using System.Text.Json;
using Amend.Models.Sources;
using Amend.Models.Weights;
using Amend.Shipping.Exporting;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Shipping.HuggingFace;

/// <summary>
/// The weight files of an edited model. Where the source's are safetensors files and keep their types they are copied with other bytes for
/// the edited tensors; else they are written anew, a tensor at a time, file by file as the source has them.
/// </summary>
internal static class WeightFiles
{
    private const string Single = "model.safetensors";
    private const string Index = "model.safetensors.index.json";
    private static readonly string[] Weights = [".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".gguf", ".onnx"];
    private static readonly string[] Indexes = [".safetensors.index.json", ".bin.index.json"];

    /// <summary>Whether a file of the source holds weights, or says where they are.</summary>
    public static bool IsOne(string path) =>
        Weights.Concat(Indexes).Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        && !Path.GetFileName(path).StartsWith("training_args", StringComparison.Ordinal);

    /// <summary>The files to write.</summary>
    public static IReadOnlyList<WeightFile> Of(ExportJob job)
    {
        var changed = ChangedTensors(job);
        if (job.Model.Source is OverlaidModel)
            return [Anew(job, Single, job.Model.Checkpoint.Names, changed)];
        if (AreCopied(job))
            return [.. job.Model.Checkpoint.Files.Select(file => Copy((SafeTensorsFile)AsStored(file), changed))];
        return
        [
            .. from file in job.Model.Checkpoint.Files
               select Anew(job, NameOf(file), [.. file.Entries.Select(entry => entry.Name)], changed),
        ];
    }

    /// <summary>Adds the index of several files: the source's where the files are copies of its own.</summary>
    public static void AddIndex(StagedFolder folder, ExportJob job, IReadOnlyList<WeightFile> files)
    {
        var own = job.Model.Source.Files.FirstOrDefault(file => Path.GetFileName(file) == Index);
        if (AreCopied(job) && own is not null)
            folder.AddCopy(own);
        else if (files.Count > 1)
            WriteIndex(folder, files);
    }

    /// <summary>Whether tensors that are packed in the source are written as the numbers that they are.</summary>
    public static bool AreUnpacked(ExportJob job) => job.Model.Checkpoint.Files.Any(file => file is UnpackedFile) && !AreCopied(job);

    /// <summary>Whether the files are those of the source with other bytes for some tensors.</summary>
    private static bool AreCopied(ExportJob job) =>
        job.Options.DType is null && job.Model.Source is not OverlaidModel
        && job.Model.Checkpoint.Files.All(file => AsStored(file) is SafeTensorsFile)
        && !job.Edits.Weights.SelectMany(job.Model.TensorsOf).Any(tensor => IsPacked(job, tensor));

    /// <summary>Whether a tensor lies packed in the source: what an edit makes of it does not.</summary>
    private static bool IsPacked(ExportJob job, string tensor) =>
        job.Model.Checkpoint.Files.OfType<UnpackedFile>().Any(file => file.IsPacked(tensor));

    private static ITensorFile AsStored(ITensorFile file) => file is UnpackedFile unpacked ? unpacked.Stored : file;

    private static void WriteIndex(StagedFolder folder, IReadOnlyList<WeightFile> files)
    {
        var fileOf = files.SelectMany(file => file.Tensors.Select(tensor => (tensor, file.Name)))
            .OrderBy(pair => pair.tensor, StringComparer.Ordinal);
        folder.Add(Index, path => AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", files.Sum(file => file.Bytes));
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            foreach (var (tensor, file) in fileOf)
                json.WriteString(tensor, file);
            json.WriteEndObject();
            json.WriteEndObject();
        }));
    }

    /// <summary>The edited tensors, and copies of them, by their names in the files, each laid as the files have it.</summary>
    private static Dictionary<string, Func<Tensor>> ChangedTensors(ExportJob job) => new(
        from weight in job.Edits.Weights
        from tensor in job.Model.TensorsOf(weight)
        group weight by tensor into changed
        select KeyValuePair.Create(changed.Key, () => AsStored(job, changed.Key, [.. changed])), StringComparer.Ordinal);

    /// <summary>A tensor of the source with the edited values of the parameters that it holds.</summary>
    private static Tensor AsStored(ExportJob job, string tensor, IReadOnlyList<string> weights)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (job.Model.Weight(weights[0]).Place is null)
            return job.Model.Weight(weights[0]).ViewIn(job.Edits.Changed(job.Model, weights[0])).MoveToOuterDisposeScope();
        var whole = job.Model.Checkpoint.Load(tensor, ScalarType.Float32);
        foreach (var weight in weights)
            job.Model.Weight(weight).ViewIn(whole).copy_(job.Edits.Changed(job.Model, weight));
        return whole.MoveToOuterDisposeScope();
    }

    private static WeightFile Copy(SafeTensorsFile file, Dictionary<string, Func<Tensor>> changed)
    {
        var own = changed.Where(tensor => file.Contains(tensor.Key)).ToDictionary(StringComparer.Ordinal);
        return new WeightFile(
            Path.GetFileName(file.Path),
            [.. file.Entries.Select(entry => entry.Name)],
            file.Entries.Sum(entry => entry.Length),
            path => SafeTensorsCopy.Write(file, path, own));
    }

    private static WeightFile Anew(ExportJob job, string name, IReadOnlyList<string> tensors, Dictionary<string, Func<Tensor>> changed)
    {
        SafeTensorsContent[] contents = [.. tensors.Select(tensor => Content(job, tensor, changed.GetValueOrDefault(tensor)))];
        return new WeightFile(name, [.. contents.Select(content => content.Name)], contents.Sum(content => content.Length),
            path => SafeTensorsWriter.WriteEach(path, contents, new Dictionary<string, string> { ["format"] = "pt" }));
    }

    private static SafeTensorsContent Content(ExportJob job, string tensor, Func<Tensor>? changed)
    {
        var entry = job.Model.Checkpoint.Entry(tensor);
        var type = is_floating_point(entry.DType) ? job.Options.DType?.Numbers ?? entry.DType : entry.DType;
        // A base may leave out the prefix that its overlay has; a reader of one file expects either.
        var name = job.Model.Source is OverlaidModel ? job.Model.NameOf(tensor) : tensor;
        return new SafeTensorsContent(name, type, entry.Shape, changed ?? (() => job.Model.Checkpoint.Load(tensor)));
    }

    /// <summary>What a file is called as a safetensors file, as transformers names them.</summary>
    private static string NameOf(ITensorFile file)
    {
        const string pytorch = "pytorch_model";
        var name = Path.GetFileNameWithoutExtension(file.Path);
        return (name.StartsWith(pytorch, StringComparison.Ordinal) ? "model" + name[pytorch.Length..] : name) + ".safetensors";
    }
}

/// <summary>A weight file that is to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tensors">The names of its tensors.</param>
/// <param name="Bytes">The size of their values.</param>
/// <param name="Write">Writes it at a path.</param>
internal sealed record WeightFile(string Name, IReadOnlyList<string> Tensors, long Bytes, Action<string> Write);
