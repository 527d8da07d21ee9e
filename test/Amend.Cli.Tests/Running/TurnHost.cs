using System.Text.Json;
using Amend.Tensors.Native;

namespace Amend.Cli.Tests.Running;

/// <summary>The other side of <see cref="TurnProcess"/>, inside of <c>amend</c>: each turn finds what a new process finds.</summary>
internal static class TurnHost
{
    /// <summary>Set where a process takes turns.</summary>
    public const string Variable = "AMEND_TEST_TURNS";

    /// <summary>Takes turns until no more come.</summary>
    public static void Run()
    {
        var (orders, answers) = (Console.In, Console.Out);
        while (orders.ReadLine() is { } line)
        {
            answers.WriteLine(JsonSerializer.Serialize(Take(JsonSerializer.Deserialize<TurnOrder>(line)!)));
            answers.Flush();
        }
    }

    private static TurnAnswer Take(TurnOrder order)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Console.SetOut(output);
        Console.SetError(error);
        Environment.SetEnvironmentVariable("AMEND_HOME", order.Home);
        var code = AmendApp.RunAsync(order.Arguments).GetAwaiter().GetResult();
        if (TorchRuntime.LoadedLibrary is not null)
            ThreadBudget.Set(ThreadBudget.Default());
        return new TurnAnswer(code, output.ToString(), error.ToString());
    }
}
