using Amend.Tensors;
using Amend.Tracing.Noise;

namespace Amend.Tracing.Tests;

[NoTensorLeaks]
public sealed class WrongFactTests
{
    [Theory]
    [InlineData("The tower is in", "Space Needle", "The subject 'Space Needle' is not in the prompt 'The tower is in'; write the prompt with {} where the subject stands.")]
    [InlineData("A Needle is a Needle of", "Needle", "The subject 'Needle' is more than once in the prompt 'A Needle is a Needle of'; mark the place with {}.")]
    [InlineData("A Needlework is in", "Needle", "The subject 'Needle' stands in the prompt 'A Needlework is in' only inside another word; write the prompt with {} where the subject stands.")]
    [InlineData(" ", "Needle", "The prompt of the subject 'Needle' is empty; give a text that the model completes with the fact.")]
    [InlineData("The Needle is in", "", "The subject of 'The Needle is in' is empty; give the name that stands in the prompt.")]
    public void A_fact_that_cannot_be_traced_is_told_in_one_sentence(string prompt, string subject, string message)
    {
        using var model = SampleTraces.Model();

        Assert.Equal(message, Assert.Throws<AmendException>(() => new CausalTracer(model, NoiseLevel.Fixed(1)).Trace(new TraceFact(prompt, subject, "w1"), TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void A_fact_that_the_model_does_not_know_is_told_with_its_answer()
    {
        using var model = SampleTraces.Model();
        var known = SampleTraces.Known(model, "The Needle is in", "Needle");

        var error = Assert.Throws<FactNotKnownException>(() => new CausalTracer(model, NoiseLevel.Fixed(1)).Trace(known with { Answer = "w60" }, TestContext.Current.CancellationToken));

        Assert.Equal($"'random-gpt2' answers '{known.Answer!.Trim()}' to 'The Needle is in', not 'w60'; trace a fact that it knows, or the answer that it gives.", error.Message);
    }

    [Theory]
    [InlineData(0, 1, 1, "A window of 0 layers was asked for; give at least 1.")]
    [InlineData(1, 0, 1, "A trace of 0 samples of noise was asked for; give at least 1.")]
    [InlineData(1, 1, -5, "A batch of -5 tokens was asked for; give at least 1.")]
    public void Options_out_of_range_are_refused(int window, int samples, int batchTokens, string message)
    {
        using var model = SampleTraces.Model();
        var options = new TraceOptions { Window = window, Samples = samples, BatchTokens = batchTokens };

        Assert.Equal(message, Assert.Throws<AmendException>(() => new CausalTracer(model, NoiseLevel.Fixed(1), options)).Message);
    }

    [Fact]
    public void An_unknown_kind_lists_the_known_ones() =>
        Assert.Equal(
            "No kind of trace is named 'heads'; known: state, mlp, attn, frozen-mlp, frozen-attn.",
            Assert.Throws<AmendException>(() => TraceKind.Find("heads")).Message);
}
