using Amend.Editing.Batches;
using Amend.Editing.Editors.Memit;
using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.KeyValue;

/// <summary>Values that are optimised together are those that are optimised alone.</summary>
[NoTensorLeaks]
public sealed class ManyValuesTests
{
    private static readonly ContextTemplates Several = new(["{}", "So. {}", "One day. {}"]);

    private static readonly EditRequest[] Requests =
    [
        new("So they came to {}", "The Eiffel Tower", "Rome"),
        new("{} was made by", "D'Artagnan's sword", "New South Wales"),
        new("{} is in", "The Space Needle", "Goa"),
        new("In the end {} is in", "Rome", "the"),
        new("{} was", "Goa", "in Rome and in Goa"),
    ];

    [Theory]
    [InlineData(1.5, true, ValueSearch.Adam)]
    [InlineData(100, true, ValueSearch.Adam)]
    [InlineData(0.2, false, ValueSearch.Adam)]
    [InlineData(1.5, true, ValueSearch.Lbfgs)]
    public void Each_gets_the_value_losses_and_stop_that_it_gets_alone(double clamp, bool stopsApart, ValueSearch search)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();
        var options = new MemitOptions { Layers = [1], VNumGradSteps = 30, ClampNormFactor = clamp, VLossThreshold = -1, VWeightDecay = 0.01, VOptimizer = search };
        if (stopsApart)
        {
            // What three of the five reach, at steps of their own.
            var least = BatchValues.Optimize(model, Requests, Several, options).Losses.Select(losses => losses.Min(loss => loss.Total));
            options = options with { VLossThreshold = least.Order().ElementAt(2) + 0.01 };
        }

        var together = BatchValues.Optimize(model, Requests, Several, options with { ZBatchSize = 5 });
        var inTwos = BatchValues.Optimize(model, Requests, Several, options with { ZBatchSize = 2 });

        for (var i = 0; i < Requests.Length; i++)
        {
            var alone = BatchValues.Optimize(model, [Requests[i]], Several, options);
            TensorAssert.CloseRelative($"delta {i}", alone.Delta[0], together.Delta[i], 1e-4);
            TensorAssert.CloseRelative($"delta {i} in twos", alone.Delta[0], inTwos.Delta[i], 1e-4);
            Assert.Equal(alone.Losses[0].Count, together.Losses[i].Count);
            Assert.Equal(alone.Converged[0], together.Converged[i]);
        }

        Assert.Equal(stopsApart, together.Losses.Select(losses => losses.Count).Distinct().Count() > 1);
    }

    [Fact]
    public void Mean_losses_take_finished_requests_at_their_last()
    {
        LossStep Step(int step, double total) => new(step, total, total, 0, 0);
        var values = new OptimizedValues(null!, null!, [[Step(0, 4), Step(1, 2)], [Step(0, 2)]], [true, true]);

        Assert.Equal([(0, 3.0), (1, 2.0)], values.MeanLosses.Select(step => (step.Step, step.Total)));
    }
}
