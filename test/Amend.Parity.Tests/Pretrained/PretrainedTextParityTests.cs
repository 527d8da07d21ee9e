using System.IO.Compression;
using System.Text.Json;
using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>SmolLM2 reads, thinks and writes as transformers and llama.cpp on a float32 copy do.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class PretrainedTextParityTests(PretrainedModel pretrained) : IClassFixture<PretrainedModel>
{
    /// <summary>The golden README: logits, absolute; states, relative to the largest element; mean log-likelihood, absolute.</summary>
    private const double LogitTolerance = 1e-3;

    private const double StateTolerance = 5e-6;
    private const double LikelihoodTolerance = 1e-4;
    private const double NormEpsilon = 1e-5;

    public static TheoryData<string> Cases => PretrainedModel.Cases;

    private LanguageModel Model => pretrained.Model;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Texts_have_the_tokens_of_the_reference_and_are_read_back_from_them(string id)
    {
        var (golden, tokenizer) = (PretrainedModel.Find(id), Model.Tokenizer);

        Assert.All(golden.Json("tokens.json").GetProperty("cases").EnumerateArray(), expected =>
        {
            // The reference takes special tokens in a text as such.
            var tokens = tokenizer.EncodeWritten(expected.GetProperty("text").GetString()!, []);
            Assert.Equal(Ids(expected, "ids"), tokens.Ids);
            Assert.Equal(expected.GetProperty("decoded").GetString(), tokenizer.Decode(tokens.Ids));
        });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Conversations_are_written_as_the_reference_writes_them(string id)
    {
        var file = PretrainedModel.Find(id).Json("chat.json");
        Assert.True(Model.HasTokenizer);
        var template = ChatTemplate.LoadOrNull(PretrainedModel.Path!)!;

        Assert.All(file.GetProperty("cases").EnumerateArray(), expected =>
        {
            ChatMessage[] messages = [.. expected.GetProperty("messages").EnumerateArray()
                .Select(message => new ChatMessage(message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!))];
            Assert.Equal(expected.GetProperty("with_generation_prompt").GetString(), template.Render(messages));
            Assert.Equal(expected.GetProperty("without").GetString(), template.Render(messages, opensAnswer: false));
        });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forty_tokens_after_each_prompt_and_the_logits_of_the_first_are_those_of_the_reference(string id)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        foreach (var expected in PretrainedModel.Find(id).Json("answers.json").GetProperty("cases").EnumerateArray())
        {
            var (prompt, ids, greedy) = (expected.GetProperty("prompt").GetString()!, Ids(expected, "ids"), Ids(expected, "greedy"));
            Assert.Equal(ids, Model.Tokenizer.EncodeWritten(prompt, []).Ids);
            var logits_V = Model.NextLogits(TokenBatch.Pad([ids], padding: 0))[0];
            var best_K = tensor(Ids(expected, "top100_ids").Select(one => (long)one).ToArray());
            TensorAssert.Close(prompt, Numbers(expected, "top100_logits"), logits_V[TensorIndex.Tensor(best_K)], LogitTolerance);
            Assert.Equal(expected.GetProperty("logsumexp").GetDouble(), logits_V.logsumexp(0).item<float>(), LogitTolerance);

            var options = new GenerationOptions { MaxNewTokens = greedy.Length, StopAtEndOfText = false };
            Assert.Equal(greedy, new Generator(Model).Generate([ids], options)[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void States_of_all_places_are_those_of_the_reference(string id)
    {
        var golden = PretrainedModel.Find(id);
        var answers = golden.Json("answers.json").GetProperty("cases");
        using var expected = golden.Tensors("states.safetensors");
        foreach (var (name, prompt) in new[] { ("A", 1), ("B", 18) })
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            int[] layers = [.. expected.Names.Where(state => state.StartsWith($"{name}.hidden.", StringComparison.Ordinal))
                .Select(state => int.Parse(state.Split('.')[2]))];
            using var trace = Model.Trace().Capture([.. layers.Select(Site.BlockOut)]);
            var logits_TV = Model.Logits(TokenBatch.Pad([Ids(answers[prompt], "ids")], padding: 0))[0];

            Assert.All(layers, layer =>
            {
                var hidden_TD = trace[Site.BlockOut(layer)][0];
                var state = layer == Model.Shape.Layers - 1 ? Normed(hidden_TD) : hidden_TD;
                TensorAssert.CloseRelative($"{name}.hidden.{layer}", expected[$"{name}.hidden.{layer}"], state, StateTolerance);
            });
            TensorAssert.Close($"{name}.logits", expected[$"{name}.logits"], logits_TV[-1], LogitTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_first_tokens_of_a_public_text_are_as_likely_as_the_reference_finds_them(string id)
    {
        var golden = PretrainedModel.Find(id);
        var file = golden.Json("perplexity.json");
        using var packed = new GZipStream(File.OpenRead(PretrainedModel.Data(golden, "wikitext2/wiki.test.raw.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(packed);
        var text = new char[1 << 14];
        var ids = Model.Tokenize(new string(text, 0, reader.ReadBlock(text))).Ids.Take(1024).ToArray();

        Assert.Equal(Ids(file, "ids_first20"), ids[..20]);
        Assert.Equal(1024, ids.Length);
        Assert.Equal(file.GetProperty("mean_nll").GetDouble(), -TextScorer.LogProbabilities(Model, ids).Average(), LikelihoodTolerance);
    }

    /// <summary>The reference's last state is the one after the final norm.</summary>
    private Tensor Normed(Tensor hidden_TD) =>
        hidden_TD * hidden_TD.square().mean([-1], keepdim: true).add(NormEpsilon).rsqrt() * Model.Weights["model.norm.weight"].Value;

    private static int[] Ids(JsonElement json, string key) => [.. json.GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];

    private static Tensor Numbers(JsonElement json, string key) =>
        tensor(json.GetProperty(key).EnumerateArray().Select(value => value.GetSingle()).ToArray());
}
