using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Models.Families;
using Amend.Models.Sources;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using TorchSharp;

namespace Amend.Models.Training;

/// <summary>The folder of a classifier in Hugging Face form, and in it that of its training until it is done.</summary>
/// <param name="folder">The folder.</param>
internal sealed class ClassifierFolder(string folder)
{
    private const string WorkFolder = ".training";
    private const string Config = "config.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Files by which transformers finds a tokenizer.</summary>
    private static readonly string[] TokenizerFiles =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
        "tokenizer.model", "spiece.model", "spm.model",
    ];

    /// <summary>Where the training's checkpoint lies.</summary>
    public string Work { get; } = Path.Combine(folder, WorkFolder);

    /// <summary>What the base drops in training.</summary>
    public static DropoutRates DropoutOf(LanguageModel model)
    {
        using var said = SourceOf(model).Describe();
        return DropoutRates.Read(said.Configuration);
    }

    /// <summary>Refuses a folder that holds something else than a training which was stopped.</summary>
    /// <exception cref="AmendException">It is a file, or holds a model or other files.</exception>
    public void RefuseOtherContent()
    {
        if (File.Exists(folder))
            throw new AmendException($"'{folder}' is a file; give a folder for the model.");
        if (!Directory.Exists(folder) || Directory.Exists(Work))
            return;
        if (Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Min(StringComparer.Ordinal) is { } other)
            throw new AmendException(
                $"The folder '{folder}' holds '{other}' and no training that was stopped; give a new folder, so that nothing is lost.");
    }

    /// <summary>Writes weights in float32, configuration and the base's tokenizer.</summary>
    /// <exception cref="AmendException">A file cannot be written.</exception>
    public void WriteModel(LanguageModel model)
    {
        foreach (var file in SourceOf(model).Files.Where(file => TokenizerFiles.Contains(Path.GetFileName(file))))
            AtomicFile.Write(Path.Combine(folder, Path.GetFileName(file)), stream => Copy(file, stream));
        AtomicFile.WriteAllText(Path.Combine(folder, Config), ConfigJson(model));
        model.Weights.Save(Path.Combine(folder, "model.safetensors"), torch.ScalarType.Float32);
    }

    /// <summary>Loads the written model and asks it for the labels of texts.</summary>
    public ConfusionMatrix Judge(TokenizedExamples examples)
    {
        using var written = LanguageModel.Load(folder, new LoadOptions { HashesLater = true });
        return examples.Judge(written).Matrix;
    }

    /// <summary>Writes the model card.</summary>
    public void WriteCard(string text) => AtomicFile.WriteAllText(Path.Combine(folder, "MODEL_CARD.md"), text);

    /// <summary>Keeps the training's curve and removes the rest of it.</summary>
    public void Finish()
    {
        AtomicFile.Write(
            Path.Combine(folder, $"training-{TrainingCurve.FileName}"), stream => Copy(Path.Combine(Work, TrainingCurve.FileName), stream));
        Directory.Delete(Work, recursive: true);
    }

    private static IModelSource SourceOf(LanguageModel model) => model.Source
        ?? throw new ArgumentException($"'{model.Name}' was made in memory and has no tokenizer's files; load it.", nameof(model));

    private static void Copy(string path, Stream target)
    {
        using var source = File.OpenRead(path);
        source.CopyTo(target);
    }

    private static string ConfigJson(LanguageModel model)
    {
        using var said = SourceOf(model).Describe();
        var labels = ((EncoderClassifier)model.Transformer).Labels.Names;
        var config = (JsonObject)JsonNode.Parse(said.Configuration.GetRawText())!;
        config.Remove("_name_or_path");
        config["architectures"] = new JsonArray(model.Transformer.Architecture);
        config["id2label"] = new JsonObject(labels.Select((label, id) => KeyValuePair.Create<string, JsonNode?>($"{id}", label)));
        config["label2id"] = new JsonObject(labels.Select((label, id) => KeyValuePair.Create<string, JsonNode?>(label, id)));
        config["problem_type"] = "single_label_classification";
        config["torch_dtype"] = "float32";
        return config.ToJsonString(Indented) + "\n";
    }
}
