using Amend.Models.Families;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>Classifiers in two folders, a published encoder and an overlay, give what transformers gives.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class MiniLmParityTests
{
    /// <summary>The overlays' README.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("minilm-fever")]
    [InlineData("minilm-scotus")]
    public void Logits_of_a_right_padded_batch_are_those_of_the_reference(string overlay)
    {
        using var model = MiniLm.Load(overlay);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var checks = MiniLm.Json(overlay, "check.json").EnumerateArray().ToList();
        int[][] texts = [.. checks.Select(check => check.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray())];
        double[] wanted = [.. checks.SelectMany(check => check.GetProperty("logits").EnumerateArray()).Select(logit => logit.GetDouble())];

        var logits = Assert.IsType<EncoderClassifier>(model.Transformer).Logits(TokenBatch.Pad(texts, padding: 0)).data<float>().ToArray();

        Assert.Equal(wanted.Length, logits.Length);
        Assert.All(wanted.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Fact]
    public void Claims_are_tokenized_as_the_reference_does()
    {
        using var model = MiniLm.Load("minilm-fever");

        Assert.All(MiniLm.Json("minilm-fever", "check.json").EnumerateArray(), check =>
        {
            int[] ids = [.. check.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.Equal(ids, model.Tokenize(model.Tokenizer.Decode(ids[1..^1])).Ids);
        });
    }
}
