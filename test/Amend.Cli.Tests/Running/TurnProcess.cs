using System.Diagnostics;
using System.Text.Json;

namespace Amend.Cli.Tests.Running;

/// <summary>One turn of a process that takes several: a command line and its home.</summary>
/// <param name="Home">What AMEND_HOME is set to.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record TurnOrder(string Home, string[] Arguments);

/// <summary>What came of a turn.</summary>
/// <param name="ExitCode">The exit code that a process would have had.</param>
/// <param name="Output">What went to standard output.</param>
/// <param name="Error">What went to standard error.</param>
internal sealed record TurnAnswer(int ExitCode, string Output, string Error);

/// <summary>A process of <c>amend</c> that takes turns, a line of JSON each; it ends with the process that started it.</summary>
internal sealed class TurnProcess
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts it.</summary>
    public TurnProcess()
    {
        _process = AmendProcess.StartTurns();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs a command line to its end; fails where it takes too long or takes the process down with it.</summary>
    public TurnAnswer Take(TurnOrder order)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(order));
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLineAsync();
        if (line.Wait(AmendProcess.Patience) && line.Result is { } answer)
            return JsonSerializer.Deserialize<TurnAnswer>(answer)!;
        _process.Kill(entireProcessTree: true);
        Assert.Fail($"amend {string.Join(' ', order.Arguments)}\nended its process or took over {AmendProcess.Patience.TotalSeconds:F0} s\n{_errors.Result}");
        return null!;
    }
}
