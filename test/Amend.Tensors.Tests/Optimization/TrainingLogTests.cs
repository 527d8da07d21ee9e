using Amend.Tensors.Optimization;

namespace Amend.Tensors.Tests.Optimization;

public sealed class TrainingLogTests
{
    [Fact]
    public void Progress_is_a_line_now_and_then_and_each_validation_one()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var log = new TrainingLog(text, every: 10);
        var loss = new Dictionary<string, double> { ["loss"] = 0.5 };
        var recall = new Dictionary<string, double> { ["recall"] = 1 };

        log.Report(new TrainingProgress(9, 100, 0.01, loss, null));
        log.Report(new TrainingProgress(10, 100, 0.01, loss, null));
        log.Report(new TrainingProgress(15, 100, 2, loss, recall));

        Assert.Equal("step 10/100  loss 0.5000  0.01 steps/s  2:30:00 left\nstep 15: recall 1.0000\n", text.ToString());
    }
}
