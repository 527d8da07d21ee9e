using System.Text.Json.Nodes;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Models.Tests.Families;

/// <summary>Models whose rotary positions depend on the length beyond their first context, here of eight tokens.</summary>
[NoTensorLeaks]
public sealed class RotaryStretchTests : IDisposable
{
    private const int First = 8;
    private const double Tolerance = 2e-5;
    private const string Short = "A cat.";
    private const string Long = "The cat sat there.";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dynamic_scaling_is_none_within_the_first_context_and_a_greater_base_beyond()
    {
        using var scope = NewDisposeScope();
        using var model = Dynamic();
        using var plain = Llama("plain", _ => { });
        // Eight values of a head are turned: (4 * 18 / 8 - 3)^(8 / 6) times the base of 10,000 at eighteen tokens.
        using var greater = Llama("greater", config => config["rope_theta"] = 10000 * Math.Pow(6, 8.0 / 6));

        TensorAssert.Equal("within", Logits(plain, Short), Logits(model, Short));
        TensorAssert.Close("beyond", Logits(greater, Long), Logits(model, Long), Tolerance);
        Assert.Equal((32, First), (model.Shape.ContextLength, model.Shape.SharedLength));
    }

    [Fact]
    public void LongRoPE_turns_all_tokens_by_its_long_factors_beyond_the_first_context()
    {
        using var scope = NewDisposeScope();
        using var model = Phi3("model", First, [1, 1.1, 1.2, 1.3], [1, 2, 4, 8]);
        using var shorts = Phi3("short", 64, [1, 1.1, 1.2, 1.3], [9, 9, 9, 9]);
        using var longs = Phi3("long", 64, [1, 2, 4, 8], [9, 9, 9, 9]);

        TensorAssert.Close("within", Logits(shorts, Short), Logits(model, Short), Tolerance);
        TensorAssert.Close("beyond", Logits(longs, Long), Logits(model, Long), Tolerance);
        Assert.Equal((64, First), (model.Shape.ContextLength, model.Shape.SharedLength));
    }

    [Fact]
    public void Sequences_of_a_batch_are_computed_as_each_alone_is()
    {
        using var scope = NewDisposeScope();
        using var model = Dynamic();

        var together = Logits(model, Short, Long);

        TensorAssert.Close("logits", cat([Logits(model, Short), Logits(model, Long)]), together, Tolerance);
    }

    [Fact]
    public void Text_that_grows_beyond_the_first_context_is_that_of_whole_passes()
    {
        using var model = Dynamic();
        IReadOnlyList<int>[] prompts = [model.Tokenize(Short).Ids, model.Tokenize(Long).Ids];
        var options = new GenerationOptions { MaxNewTokens = 10, StopAtEndOfText = false };

        var kept = new Generator(model).Generate(prompts, options);
        var whole = new Generator(model).Generate(prompts, options with { UseCache = false });

        Assert.Equal(whole, kept);
        var alone = new List<int>(prompts[0]);
        for (var step = 0; step < options.MaxNewTokens; step++)
        {
            using var scope = NewDisposeScope();
            alone.Add((int)model.NextLogits(TokenBatch.Pad([alone], padding: 0))[0].argmax().item<long>());
        }

        Assert.Equal(alone.Skip(prompts[0].Count), kept[0]);
    }

    [Fact]
    public void What_shares_a_beginning_is_scored_within_the_first_context_and_refused_beyond()
    {
        using var model = Dynamic();
        var scorer = new TargetScorer(model);

        Assert.InRange(scorer.Score(Short, "x").Probability, 0, 1);
        var error = Assert.Throws<AmendException>(() => scorer.Score(Long, "x"));
        Assert.EndsWith("this model's rotary positions depend on the length beyond 8 tokens; shorten the prompt.", error.Message, StringComparison.Ordinal);
    }

    private static Tensor Logits(LanguageModel model, params string[] texts)
    {
        using var inference = inference_mode();
        var batch = TokenBatch.Pad([.. texts.Select(text => model.Tokenize(text).Ids)], padding: 0);
        return model.Logits(batch)[batch.Mask];
    }

    private LanguageModel Dynamic() => Llama("dynamic", config =>
    {
        config["max_position_embeddings"] = First;
        config["rope_scaling"] = new JsonObject { ["rope_type"] = "dynamic", ["factor"] = 4.0 };
    });

    private LanguageModel Llama(string name, Action<JsonObject> change) => Model("llama_mha", name, change);

    private LanguageModel Phi3(string name, int original, double[] shortFactors, double[] longFactors) => Model("phi3", name, config =>
    {
        config["original_max_position_embeddings"] = original;
        config["rope_scaling"] = new JsonObject
        {
            ["type"] = "longrope",
            ["short_factor"] = new JsonArray([.. shortFactors.Select(factor => (JsonNode)factor)]),
            ["long_factor"] = new JsonArray([.. longFactors.Select(factor => (JsonNode)factor)]),
            ["attention_factor"] = 1.2,
        };
    });

    private LanguageModel Model(string golden, string name, Action<JsonObject> change)
    {
        var (from, to) = (GoldenCases.At($"families/{golden}")[0], Directory.CreateDirectory(_folder.File(name)).FullName);
        var config = JsonNode.Parse(File.ReadAllText(from.File("config.json")))!.AsObject();
        change(config);
        File.WriteAllText(Path.Combine(to, "config.json"), config.ToJsonString());
        File.Copy(from.File("model.safetensors"), Path.Combine(to, "model.safetensors"));
        return TinyModels.FromFolder(to, new CharacterTokenizer());
    }
}
