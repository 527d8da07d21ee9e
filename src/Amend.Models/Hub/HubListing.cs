using System.Text.Json;
using Amend.Models.Sources.Gguf;
using Amend.Tensors;

namespace Amend.Models.Hub;

/// <summary>What a revision of a model holds.</summary>
/// <param name="Commit">The commit that the revision is now.</param>
/// <param name="Files">The names of its files.</param>
internal sealed record HubListing(string Commit, IReadOnlyList<string> Files)
{
    private const string Config = "config.json";

    /// <summary>Files beside the weights that Amend reads, where a model has them.</summary>
    private static readonly string[] Beside =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model", "spm.model",
        "chat_template.jinja", "generation_config.json",
    ];

    /// <summary>The forms of weights in the order in which they are taken; an index stands for the shards that it names.</summary>
    private static readonly string[] Weights =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>The configuration and the tokenizer's files.</summary>
    public IEnumerable<string> SmallFiles => [Config, .. Beside.Where(Files.Contains)];

    /// <summary>The weights, or the index of their shards.</summary>
    public string? WeightsFile => Array.Find(Weights, Files.Contains);

    /// <summary>Reads the hub's answer about a revision.</summary>
    /// <exception cref="AmendException">It is of another form, or the model lacks what is asked for.</exception>
    public static HubListing Parse(HubName model, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var commit = document.RootElement.GetProperty("sha").GetString() ?? "";
            var files = document.RootElement.GetProperty("siblings").EnumerateArray()
                .Select(file => file.GetProperty("rfilename").GetString() ?? "").ToList();
            if (!HubName.IsCommitId(commit))
                throw new AmendException($"The hub says that '{model}' is at commit '{commit}', which is none; check HF_ENDPOINT.");
            var listing = new HubListing(commit, files);
            listing.RefuseUnusable(model);
            return listing;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new AmendException($"The hub's answer about '{model}' cannot be read ({e.Message.TrimEnd('.')}); check HF_ENDPOINT.", e);
        }
    }

    /// <summary>
    /// The files of a model that stand in the list: its GGUF file with the other parts, or configuration, tokenizer and weights.
    /// </summary>
    public IReadOnlyList<string> FilesOf(HubName model) =>
        model.File is { } file ? GgufModel.PartsOf(file) : [.. SmallFiles, WeightsFile!];

    private void RefuseUnusable(HubName model)
    {
        if (model.File is not null)
            RefuseMissingParts(model);
        else if (!Files.Contains(Config))
            throw WithoutConfig(model);
        else if (WeightsFile is null)
            throw new AmendException($"'{model}' has none of {string.Join(", ", Weights)} on the hub; give a model with such weights.");
    }

    private void RefuseMissingParts(HubName model)
    {
        var parts = GgufModel.PartsOf(model.File!);
        if (parts[0] != model.File)
            throw new AmendException($"'{model.File}' is a later part of a split model; ask for {model with { File = parts[0] }}.");
        if (!Files.Contains(model.File))
        {
            var files = GgufFiles.Any() ? $"its GGUF files are {Listed(GgufFiles)}" : "it has no GGUF files";
            throw new AmendException($"'{model with { File = null }}' has no file '{model.File}' on the hub; {files}.");
        }

        if (Array.Find(parts, part => !Files.Contains(part)) is { } missing)
            throw new AmendException($"'{model}' is one of {parts.Length} parts, of which the hub lacks '{missing}'; take another file.");
    }

    private AmendException WithoutConfig(HubName model) => GgufFiles.FirstOrDefault() is { } first
        ? new AmendException($"'{model}' has no {Config} on the hub but GGUF files ({Listed(GgufFiles)}); ask for one of them, such as "
            + $"{model with { File = first }}.")
        : new AmendException($"'{model}' has no {Config} on the hub but {Files.Count} other files; give a model in Hugging Face form.");

    /// <summary>The GGUF files, and of split ones the first parts.</summary>
    private IEnumerable<string> GgufFiles =>
        Files.Where(file => file.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && GgufModel.PartsOf(file)[0] == file);

    private static string Listed(IEnumerable<string> files)
    {
        const int MostShown = 6;
        string[] all = [.. files.Order(StringComparer.Ordinal)];
        return string.Join(", ", all.Take(MostShown)) + (all.Length > MostShown ? $" and {all.Length - MostShown} more" : "");
    }
}
