using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class OutputBatchTests
{
    private const double Tolerance = 1e-5;
    private const string Classifier = "families/roberta_classification";
    private const string Answering = "families/t5_v11_gated";

    public static TheoryData<string, string, string> Targets => new()
    {
        { "gpt2", "on the mat", "ran" },
        { Answering, "on the mat", "ran" },
        { Classifier, "LABEL_2", "0" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public void Targets_have_the_probabilities_that_they_are_scored_with_beside_whole_texts_of_other_length(string kind, string first, string second)
    {
        using var model = Load(kind);
        using var scope = NewDisposeScope();
        (string Prompt, string Target)[] pairs = [("the cat sat", first), ("a dog", second)];
        OutputRow[] rows = [OutputRow.Of(model, "some longer text of no target"), .. pairs.Select(pair => OutputRow.Of(model, pair.Prompt, pair.Target))];
        using var batch = new OutputBatch(model, rows);

        var logs_NV = OutputBatch.LogProbabilities(model, batch.States());

        var scores = new TargetScorer(model).Score(pairs);
        var at = rows[0].Places.Count;
        foreach (var (row, score) in rows.Skip(1).Zip(scores))
        {
            var found = row.Targets.Sum(target => logs_NV[at++, target].item<float>());
            Assert.Equal(score.LogProbability, found, Tolerance);
        }

        Assert.Equal(at, logs_NV.shape[0]);
    }

    [Fact]
    public void A_decoders_text_is_read_at_every_token()
    {
        using var model = Load("gpt2");
        using var scope = NewDisposeScope();
        using var batch = new OutputBatch(model, [OutputRow.Of(model, "the cat"), OutputRow.Of(model, "a dog ran")]);

        var found = OutputBatch.LogProbabilities(model, batch.States());

        Tensor Alone(string text) => nn.functional.log_softmax(model.Logits(TokenBatch.Pad([model.Tokenize(text).Ids], padding: 0))[0], -1);
        TensorAssert.Close("log-probabilities", cat([Alone("the cat"), Alone("a dog ran")]), found, Tolerance);
    }

    [Fact]
    public void An_encoder_decoders_text_is_read_at_every_token_of_its_own_answer()
    {
        using var model = Load(Answering);
        using var scope = NewDisposeScope();
        var row = OutputRow.Of(model, "the cat sat");
        using var batch = new OutputBatch(model, [row]);

        var likeliest = OutputBatch.LogProbabilities(model, batch.States()).argmax(-1).data<long>().Select(id => (int)id).ToArray();

        Assert.Equal(((EncoderDecoder)model.Transformer).Marks.Start, row.Written[0]);
        Assert.Equal(row.Written.Skip(1), likeliest.SkipLast(1));
    }

    [Fact]
    public void Gradients_flow_through_a_view()
    {
        using var model = Load("gpt2");
        using var scope = NewDisposeScope();
        using var batch = new OutputBatch(model, [OutputRow.Of(model, "the cat", "sat")]);
        var down = model.Transformer.DownProjection(0);
        var change = zeros_like(down.Value).requires_grad_();
        using var view = model.View().Add(down.Name, change);

        OutputBatch.LogProbabilities(model, batch.States()).max().backward();

        Assert.True(change.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void What_exceeds_the_context_is_refused_when_the_row_is_made()
    {
        using var model = Load("gpt2");

        var error = Assert.Throws<AmendException>(() => OutputRow.Of(model, string.Join(' ', Enumerable.Repeat("a", 99))));

        Assert.Contains("whose context holds 48", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_targets_is_refused()
    {
        using var model = TinyModels.Golden("families/bert_mlm", new NumberedWords());

        var error = Assert.Throws<AmendException>(() => OutputRow.Of(model, "the cat"));

        Assert.StartsWith("The reading of outputs needs", error.Message, StringComparison.Ordinal);
    }

    private static LanguageModel Load(string kind) =>
        kind == "gpt2" ? TinyModels.Gpt2(seed: 3) : TinyModels.Golden(kind, new NumberedWords());
}
