using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Decoders.Experts;
using Amend.Models.Layers;
using Amend.Models.Weights;
using TorchSharp;

namespace Amend.Models.Tests.Decoders;

/// <summary>What configurations mean that golden models do not have: published forms, older keys, and keys left out.</summary>
public sealed class DecoderPlanTests
{
    private const int Window = 3;

    [Theory]
    [InlineData("exaone4", """{"sliding_window": 3, "sliding_window_pattern": "LLLG"}""", "wwwnwwwn")]
    [InlineData("exaone4", """{"sliding_window": 3, "sliding_window_pattern": 2}""", "wnwnwnwn")]
    [InlineData("exaone4", """{"sliding_window": null}""", "tttttttt")]
    [InlineData("cohere2", """{"sliding_window": 3}""", "wwwnwwwn")]
    [InlineData("smollm3", "{}", "tttntttn")]
    [InlineData("smollm3", """{"no_rope_layer_interval": 2}""", "tntntntn")]
    [InlineData("smollm3", """{"no_rope_layers": [0, 1, 1, 1, 1, 1, 1, 1], "use_sliding_window": true, "sliding_window": 3}""", "nttttttt")]
    [InlineData("gemma3_text", """{"sliding_window": 3}""", "wwwwwtww")]
    [InlineData("gemma3_text", """{"sliding_window": 3, "_sliding_window_pattern": 6, "sliding_window_pattern": 2}""", "wtwtwtwt")]
    [InlineData("olmo3", """{"sliding_window": 3}""", "wwwtwwwt")]
    [InlineData("gpt_oss", """{"sliding_window": 3}""", "wtwtwtwt")]
    [InlineData("starcoder2", """{"sliding_window": 3}""", "wwwwwwww")]
    [InlineData("starcoder2", """{"sliding_window": 0}""", "tttttttt")]
    [InlineData("qwen2_moe", """{"sliding_window": 3, "use_sliding_window": true, "max_window_layers": 4}""", "wtwttttt")]
    [InlineData("qwen3_moe", """{"sliding_window": 3, "use_sliding_window": true}""", "wwwwwwww")]
    [InlineData("qwen3_moe", """{"sliding_window": 3}""", "tttttttt")]
    public void Each_layer_has_its_window_and_its_positions(string family, string keys, string expected)
    {
        var found = Plan(family, keys).Blocks.Select(block => (HeadedAttentionPlan)block.Attention)
            .Select(attention => attention.Rotary is null ? 'n' : attention.Form.Window == Window ? 'w' : 't');

        Assert.Equal(expected, new string([.. found]));
    }

    [Fact]
    public void The_first_files_of_Gemma_say_gelu_and_mean_its_approximation()
    {
        Assert.Equal("gelu_pytorch_tanh", Mlp(Plan("gemma", """{"hidden_act": "gelu"}""")).Activation);
        Assert.Equal("relu", Mlp(Plan("gemma", """{"hidden_act": "gelu", "hidden_activation": "relu"}""")).Activation);
    }

    [Fact]
    public void OLMo_3_with_one_set_of_rotary_keys_turns_layers_with_windows_by_its_own_base_without_scaling()
    {
        var plan = Plan("olmo3", """{"rope_theta": 16, "rope_scaling": {"rope_type": "linear", "factor": 2}, "head_dim": 4}""");

        Assert.Equal([0.5f, 0.125f], Rotary(plan, 3).Frequencies);
        Assert.Equal([1f, (float)(1 / Math.Sqrt(500000))], Rotary(plan, 0).Frequencies);
    }

    [Fact]
    public void A_model_whose_tokens_see_later_ones_is_refused() =>
        Assert.StartsWith(
            "config.json: use_bidirectional_attention is true",
            Assert.Throws<ModelFormatException>(() => Plan("gemma3_text", """{"use_bidirectional_attention": true}""")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Falcon_has_older_names_of_its_keys()
    {
        const string Older = """{"n_layer": 2, "n_head": 4, "hidden_size": 8, "vocab_size": 9, "new_decoder_architecture": true, "n_head_kv": 2}""";

        var plan = ((DecoderFamily)BuiltInFamilies.All.Find("falcon")).Plan(JsonDocument.Parse(Older).RootElement, []);

        Assert.Equal((2, 8, 32, 4, 9, 2048), (plan.Shape.Layers, plan.Shape.Width, plan.Shape.MlpWidth, plan.Shape.Heads, plan.Shape.Vocabulary, plan.Shape.ContextLength));
        Assert.Equal(2, ((HeadedAttentionPlan)plan.Blocks[0].Attention).Groups);
        Assert.Equal(new NormNames("ln_attn", "ln_mlp"), plan.Blocks[0].Norms);
    }

    [Theory]
    [InlineData("""{"mlp_only_layers": [0], "decoder_sparse_step": 2}""", "dmdmdmdm")]
    [InlineData("""{"mlp_only_layers": [1, 3]}""", "mdmdmmmm")]
    public void Some_layers_of_a_mixture_are_none(string keys, string expected) => Assert.Equal(
        expected, new string([.. Plan("qwen3_moe", keys).Blocks.Select(block => block.Mlp is MixturePlan ? 'm' : 'd')]));

    [Fact]
    public void Experts_lie_as_the_file_has_them()
    {
        static WeightSpec[] Specs(params string[] tensors) => [.. Plan("mixtral", "{}", tensors).Blocks[0].Mlp.Weights("", 8)];
        var (own, stacked) = (Specs(), Specs("model.layers.0.mlp.experts.gate_up_proj"));

        Assert.Equal(own.Select(spec => spec.Name), stacked.Select(spec => spec.Name));
        Assert.All(own, spec => Assert.Equal(spec.Name, spec.Tensor));
        Assert.Equal(
            ["block_sparse_moe.gate.weight", "mlp.experts.gate_up_proj", "mlp.experts.down_proj"], stacked.Select(spec => spec.Tensor).Distinct());
        Assert.Equal([8, 32, 8], stacked.Single(spec => spec.Name == "block_sparse_moe.experts.7.w1.weight").ShapeInFile);
        Assert.Equal([8, 8, 16], stacked.Single(spec => spec.Name == "block_sparse_moe.experts.7.w2.weight").ShapeInFile);
    }

    [Fact]
    public void Experts_of_gpt_oss_are_the_columns_that_take_turns()
    {
        WeightSpec[] specs =
        [
            .. Plan("gpt_oss", """{"num_local_experts": 4}""", "model.layers.0.mlp.experts.gate_up_proj").Blocks[0].Mlp.Weights("", 8)
                .Where(spec => spec.Name.StartsWith("mlp.experts.3.", StringComparison.Ordinal)),
        ];

        Assert.Equal(["gate_proj.weight", "gate_proj.bias", "up_proj.weight", "up_proj.bias", "down_proj.weight", "down_proj.bias"],
            specs.Select(spec => spec.Name["mlp.experts.3.".Length..]));
        Assert.Equal(["gate_up_proj", "gate_up_proj_bias", "gate_up_proj", "gate_up_proj_bias", "down_proj", "down_proj_bias"],
            specs.Select(spec => spec.Tensor["mlp.experts.".Length..]));
        Assert.Equal([[4, 8, 32], [4, 32], [4, 8, 32], [4, 32], [4, 16, 8], [4, 8]], specs.Select(spec => spec.ShapeInFile));
        var pairs = torch.arange(64).view(8, 8); // [in,out] of one expert, whose columns take turns.
        Assert.Equal([1, 9, 17, 25, 33, 41, 49, 57], specs[2].Place!.In(pairs)[0].data<long>().ToArray());
    }

    private static DecoderPlan Plan(string family, string keys, params string[] tensors)
    {
        var config = JsonNode.Parse("""
            {"num_hidden_layers": 8, "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2, "vocab_size": 9,
             "max_position_embeddings": 16, "moe_intermediate_size": 4, "shared_expert_intermediate_size": 4}
            """)!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(keys)!.AsObject())
            config[key] = value?.DeepClone();
        return ((DecoderFamily)BuiltInFamilies.All.Find(family)).Plan(JsonSerializer.SerializeToElement(config), tensors);
    }

    private static DenseMlpPlan Mlp(DecoderPlan plan) => (DenseMlpPlan)plan.Blocks[0].Mlp;

    private static Rotary Rotary(DecoderPlan plan, int layer) => ((HeadedAttentionPlan)plan.Blocks[layer].Attention).Rotary!;
}
