using System.Diagnostics;
using System.Reflection;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Native;

/// <summary>Numbers that are handed to TorchSharp live as long as its native code reads them.</summary>
public sealed class TorchSharpArgumentsTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(3);

    [Fact]
    public void The_copy_beside_the_program_is_compiled_without_optimisation() =>
        Assert.True(typeof(Tensor).Assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);

    [Fact]
    public async Task Collecting_garbage_without_pause_disturbs_no_number()
    {
        using var done = new CancellationTokenSource();
        var collecting = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    GC.Collect(0);
                    GC.WaitForPendingFinalizers();
                }
            },
            TestContext.Current.CancellationToken);

        var wrong = CountWrong();

        await done.CancelAsync();
        await collecting;
        Assert.Equal(0, wrong);
    }

    private static int CountWrong()
    {
        var wrong = 0;
        using var one = ones(1);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < LongEnough;)
        {
            using var scope = NewDisposeScope();
            for (var i = 0; i < 100; i++)
                wrong += ((((one * 0.5) + 1.5) / 4.0) - 0.25).item<float>() == 0.25f ? 0 : 1;
        }

        return wrong;
    }
}
