using Amend.Evaluation.Metrics;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Metrics;

[NoTensorLeaks]
public sealed class CounterFactScorerTests
{
    /// <summary>Batches of other lengths round float32 otherwise.</summary>
    private const double Tolerance = 1e-4;

    [Fact]
    public void Each_prompt_is_scored_with_both_targets()
    {
        using var model = TinyModel.Make();
        var record = Samples.Record();

        var measured = new CounterFactScorer(model).Measure(record);

        NllPair Alone(string prompt) => new(
            new TargetScorer(model).Score(prompt, "Arctic").MeanNll, new TargetScorer(model).Score(prompt, "Indian").MeanNll);
        string[] prompts = ["Réunion lies in", .. record.ParaphrasePrompts, .. record.NeighborhoodPrompts];
        NllPair[] all = [measured.Rewrite, .. measured.Paraphrase, .. measured.Neighborhood];
        Assert.Equal((2, 3), (measured.Paraphrase.Count, measured.Neighborhood.Count));
        Assert.All(prompts.Zip(all), pair =>
        {
            Assert.Equal(Alone(pair.First).TargetNew, pair.Second.TargetNew, Tolerance);
            Assert.Equal(Alone(pair.First).TargetTrue, pair.Second.TargetTrue, Tolerance);
        });
    }
}
