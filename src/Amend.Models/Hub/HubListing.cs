using System.Text.Json;
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
        "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model", "chat_template.jinja", "generation_config.json",
    ];

    /// <summary>The forms of weights in the order in which they are taken; an index stands for the shards that it names.</summary>
    private static readonly string[] Weights =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>The configuration and the tokenizer's files.</summary>
    public IEnumerable<string> SmallFiles => [Config, .. Beside.Where(Files.Contains)];

    /// <summary>The weights, or the index of their shards.</summary>
    public string? WeightsFile => Array.Find(Weights, Files.Contains);

    /// <summary>Reads the hub's answer about a revision.</summary>
    /// <exception cref="AmendException">It is of another form, or the model lacks configuration or weights.</exception>
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
            if (!files.Contains(Config))
                throw new AmendException($"'{model}' has no {Config} on the hub but {files.Count} other files; "
                    + "give a model in Hugging Face form.");
            return listing.WeightsFile is not null
                ? listing
                : throw new AmendException($"'{model}' has none of {string.Join(", ", Weights)} on the hub; "
                    + "give a model with such weights.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new AmendException($"The hub's answer about '{model}' cannot be read ({e.Message.TrimEnd('.')}); check HF_ENDPOINT.", e);
        }
    }
}
