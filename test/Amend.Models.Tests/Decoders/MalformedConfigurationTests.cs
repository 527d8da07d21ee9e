using System.Text.Json.Nodes;
using Amend.Models.Configuration;

namespace Amend.Models.Tests.Decoders;

/// <summary>Configurations of decoders with one key spoilt: each is refused in one sentence that names what was found.</summary>
[NoTensorLeaks]
public sealed class MalformedConfigurationTests
{
    /// <summary>A golden model, the key that is spoilt, what it is made, and a key that is left out so that the first is read.</summary>
    public static TheoryData<string, string, string, string> Spoilt => new()
    {
        { "olmo", "num_attention_heads", """5""", "" },
        { "olmo", "num_key_value_heads", """3""", "" },
        { "olmo", "vocab_size", """null""", "" },
        { "olmo", "clip_qkv", "\"much\"", "" },
        { "olmo", "hidden_act", "\"sulu\"", "" },
        { "olmo2", "rms_norm_eps", "\"small\"", "" },
        { "olmo2", "rope_parameters", """{"rope_type":"spiral","factor":2.0}""", "" },
        { "olmo3", "rope_parameters", """{"full_attention":{"rope_type":"yarn","beta_fast":"x","factor":2.0},"sliding_attention":{"rope_type":"default"}}""", "" },
        { "olmo3", "layer_types", """["sliding_attention"]""", "" },
        { "olmo3", "layer_types", """["a","a","a","a"]""", "" },
        { "gemma", "num_key_value_heads", """3""", "" },
        { "gemma", "head_dim", """0""", "" },
        { "gemma3_text", "head_dim", """11""", "" },
        { "gemma3_text", "sliding_window", """-1""", "" },
        { "gemma3_text", "sliding_window_pattern", """0""", "layer_types" },
        { "gemma3_text", "rope_parameters", """{"full_attention":{"rope_type":"linear"},"sliding_attention":{}}""", "" },
        { "gemma3_multimodal_names", "text_config", """null""", "" },
        { "smollm3", "no_rope_layers", """[1,0]""", "" },
        { "smollm3", "no_rope_layers", "\"none\"", "" },
        { "smollm3", "no_rope_layer_interval", """0""", "no_rope_layers" },
        { "granite", "logits_scaling", """0""", "" },
        { "granite", "residual_multiplier", "\"half\"", "" },
        { "granitemoe", "num_local_experts", """1""", "" },
        { "granitemoe", "num_experts_per_tok", """9""", "" },
        { "glm4", "rope_parameters", """{"partial_rotary_factor":0.03}""", "" },
        { "glm4", "attention_bias", "\"yes\"", "" },
        { "cohere2", "sliding_window_pattern", """0""", "layer_types" },
        { "cohere2", "layer_norm_eps", """[]""", "" },
        { "cohere_qknorm", "logit_scale", """true""", "" },
        { "phi", "num_attention_heads", """7""", "" },
        { "phi", "rope_parameters", """{"partial_rotary_factor":0.2}""", "" },
        { "phi3_longrope", "rope_parameters", """{"rope_type":"longrope","short_factor":[1,1],"long_factor":[1,1]}""", "" },
        { "phi3_longrope", "rope_parameters", """{"rope_type":"longrope","short_factor":[1,1,1,1,1,1]}""", "" },
        { "exaone4", "num_hidden_layers", """0""", "" },
        { "exaone4", "sliding_window_pattern", """-4""", "layer_types" },
        { "stablelm_parallel_qknorm", "num_key_value_heads", """0""", "" },
        { "stablelm_parallel_qknorm", "use_parallel_residual", """1""", "" },
        { "nemotron", "hidden_act", "\"relu3\"", "" },
        { "nemotron", "intermediate_size", """0""", "" },
        { "starcoder2", "sliding_window", "\"4\"", "" },
        { "starcoder2", "max_position_embeddings", """null""", "" },
        { "gpt_bigcode", "n_head", """5""", "" },
        { "gpt_bigcode", "n_inner", """-1""", "" },
        { "falcon_new", "num_kv_heads", """3""", "" },
        { "falcon_alibi", "num_attention_heads", """7""", "" },
        { "falcon_multi_query", "activation", "\"gelo\"", "" },
        { "mpt", "n_heads", """5""", "" },
        { "mpt", "attn_config", """{"alibi":false}""", "" },
        { "mixtral", "num_experts_per_tok", """6""", "" },
        { "mixtral", "num_local_experts", """0""", "" },
        { "qwen2_moe", "moe_intermediate_size", """null""", "" },
        { "qwen2_moe", "decoder_sparse_step", """0""", "" },
        { "qwen2_moe", "mlp_only_layers", """["1"]""", "" },
        { "qwen3_moe", "num_experts_per_tok", """7""", "" },
        { "gpt_oss", "swiglu_limit", "\"7\"", "" },
        { "gpt_oss", "sliding_window", """-128""", "" },
        { "deepseek_v2", "moe_intermediate_size", """null""", "" },
        { "deepseek_v2", "kv_lora_rank", """0""", "" },
        { "deepseek_v2", "qk_rope_head_dim", """7""", "" },
        { "deepseek_v3", "n_group", """3""", "" },
        { "deepseek_v3", "topk_group", """5""", "" },
        { "deepseek_v3", "rope_parameters", """{"rope_type":"yarn","mscale_all_dim":1.0}""", "" },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void A_spoilt_key_is_refused_in_one_sentence(string golden, string key, string value, string leftOut)
    {
        using var folder = new TempFolder();
        var from = GoldenCases.At($"families/{golden}")[0];
        var config = JsonNode.Parse(File.ReadAllText(from.File("config.json")))!.AsObject();
        config[key] = JsonNode.Parse(value);
        config.Remove(leftOut);
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        File.Copy(from.File("model.safetensors"), folder.File("model.safetensors"));

        var message = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(folder.Path)).Message;

        Assert.StartsWith("config.json", message, StringComparison.Ordinal);
        Assert.Matches(@"\A[^\n]+[.]\z", message);
        Assert.DoesNotMatch(@"[.] [A-Z]", message);
    }
}
