using Amend.Editing.Editors.FineTuning;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.FineTuning;

[NoTensorLeaks]
public sealed class FineTuningBatchTests
{
    private const double Float32Tolerance = 1e-5;

    private static readonly EditRequest Tower = new("{} is in", "The Eiffel Tower", "New South Wales");
    private static readonly EditRequest Sword = new("So they came to the place where {} was made by", "D'Artagnan's sword", "Rome");

    [Fact]
    public void The_autoregressive_loss_is_the_mean_nll_of_the_targets_whatever_the_padding()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();
        var scorer = new TargetScorer(model);
        using var batch = FineTuningBatch.Create(model, [Tower, Sword], FineTuningObjective.Autoregressive);

        var expected = new[] { Tower, Sword }.Average(request => scorer.Score(request.FilledPrompt, request.TargetNew).MeanNll);

        Assert.Equal(2, batch.Requests);
        Assert.Equal(expected, batch.Loss(model).item<float>(), Float32Tolerance);
    }

    [Fact]
    public void The_loss_at_the_prompts_end_reads_every_target_token_there()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();
        using var batch = FineTuningBatch.Create(model, [Tower], FineTuningObjective.PromptLast);
        var next = nn.functional.log_softmax(model.NextLogits(TokenBatch.Pad([model.Tokenize(Tower.FilledPrompt).Ids], padding: 0)), -1)[0];
        var target = model.Tokenize(" New South Wales").Ids;

        Assert.True(target.Count > 1);
        Assert.Equal(target.Average(id => -next[id].item<float>()), batch.Loss(model).item<float>(), Float32Tolerance);
    }

    [Fact]
    public void A_target_of_one_token_has_the_same_loss_under_both_objectives()
    {
        using var model = RandomGpt2.Create(new ModelShape(2, 16, 32, 4, 50, 64), seed: 1, gain: 10);
        using var scope = NewDisposeScope();
        using var appended = FineTuningBatch.Create(model, [Sword], FineTuningObjective.Autoregressive);
        using var atPromptEnd = FineTuningBatch.Create(model, [Sword], FineTuningObjective.PromptLast);

        Assert.Equal(appended.Loss(model).item<float>(), atPromptEnd.Loss(model).item<float>());
    }

    [Fact]
    public void A_request_beyond_the_context_is_refused()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var tooLong = Tower with { Prompt = string.Concat(Enumerable.Repeat("So they came. ", 20)) + "{} is in" };

        var failure = Assert.Throws<AmendException>(() => FineTuningBatch.Create(model, [Sword, tooLong], FineTuningObjective.Autoregressive));

        Assert.Contains("whose context holds 64", failure.Message, StringComparison.Ordinal);
    }
}
