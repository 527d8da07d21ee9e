using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Models.Families;
using Amend.Tensors;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Inspection;

/// <summary>
/// Which keys of a <c>config.json</c> nobody reads. It is tried: a key is read if a value that makes no sense there keeps the model from
/// being put together (without values, from shapes alone), since who reads a key refuses what it is not.
/// </summary>
internal sealed class IgnoredSettings
{
    /// <summary>Keys that are read elsewhere than where a model is put together.</summary>
    private static readonly string[] ReadElsewhere = ["model_type", "architectures", "eos_token_id", "quantization_config"];

    private static readonly (string Why, string[] Parts)[] Reasons =
    [
        ("it is for training only",
        [
            "dropout", "pdrop", "layerdrop", "initializer", "init_std", "aux_loss", "router_jitter", "output_router_logits",
            "gradient_checkpointing", "label_smoothing", "loss_", "sparse_pred", "embd_pdrop", "z_loss",
        ]),
        ("it says how the model is computed, not what",
        [
            "use_cache", "attn_implementation", "torchscript", "pretraining_tp", "use_bfloat16", "deterministic_flash", "reference_compile",
            "cache_implementation", "use_mamba_kernels", "chunk_size_feed_forward", "output_attentions", "output_hidden_states",
            "return_dict", "use_return_dict",
        ]),
        ("it is a setting of generation, where amend has its own",
        [
            "max_length", "min_length", "do_sample", "temperature", "top_k", "top_p", "typical_p", "num_beam", "ngram", "penalty",
            "early_stopping", "num_return_sequences", "bad_words", "task_specific_params", "forced_",
            "suppress_tokens", "begin_suppress", "prefix",
        ]),
        ("it records where the file comes from",
        [
            "transformers_version", "_name_or_path", "commit_hash", "auto_map", "finetuning_task", "gguf", "onnx", "license", "_num_labels",
        ]),
        ("weights have the type of --dtype, fp32 where nothing is said", ["torch_dtype", "dtype"]),
        ("the tokenizer's files say which tokens these are", ["token_id", "tokenizer_class"]),
        ("labels are a classifier's, and read from id2label", ["id2label", "label2id", "num_labels", "problem_type"]),
        ("it belongs to another head or part than those that are computed here",
            ["summary_", "pooler", "classifier", "vision", "audio", "image", "is_decoder", "add_cross_attention", "is_encoder_decoder"]),
    ];

    private const string NotRead = "this family does not read it";

    private readonly IModelFamily _family;
    private readonly Checkpoint _shapes;
    private readonly torch.ScalarType _type;

    private IgnoredSettings(IModelFamily family, Checkpoint shapes, torch.ScalarType type) =>
        (_family, _shapes, _type) = (family, shapes, type);

    /// <summary>Finds them, in the order of the file.</summary>
    /// <param name="family">The family.</param>
    /// <param name="config">The root of <c>config.json</c>, with which the model can be put together.</param>
    /// <param name="shapes">The checkpoint, opened for shapes alone.</param>
    /// <param name="type">The type of the weights.</param>
    public static IReadOnlyList<IgnoredSetting> Find(IModelFamily family, JsonElement config, Checkpoint shapes, torch.ScalarType type)
    {
        var trial = new IgnoredSettings(family, shapes, type);
        return
        [
            .. from key in config.EnumerateObject().Select(setting => setting.Name)
               where !ReadElsewhere.Contains(key) && !trial.IsRead(config, key)
               select new IgnoredSetting(key, WhyOf(key)),
        ];
    }

    private static string WhyOf(string key) =>
        Reasons.Where(reason => reason.Parts.Any(part => key.Contains(part, StringComparison.Ordinal)))
            .Select(reason => reason.Why).FirstOrDefault() ?? NotRead;

    private bool IsRead(JsonElement config, string key)
    {
        var changed = JsonNode.Parse(config.GetRawText())!.AsObject();
        changed[key] = new JsonArray(new JsonObject());
        using var document = JsonDocument.Parse(changed.ToJsonString());
        try
        {
            using var model = _family.Load(document.RootElement, _shapes, _type, torch.META);
            return false;
        }
        catch (Exception e) when (e is AmendException or InvalidOperationException or FormatException or ArgumentException)
        {
            return true;
        }
    }
}
