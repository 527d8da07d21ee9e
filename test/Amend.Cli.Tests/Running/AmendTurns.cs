using System.Collections.Concurrent;

namespace Amend.Cli.Tests.Running;

/// <summary>
/// Runs command lines one after the other in a process of <c>amend</c> that is already there, as fast as the verbs alone are: for tests of what
/// a verb says and does, where <see cref="AmendProcess"/> is for those of the process.
/// </summary>
/// <param name="home">What AMEND_HOME is set to; need not exist.</param>
internal sealed class AmendTurns(string home)
{
    private static readonly ConcurrentBag<TurnProcess> Idle = [];

    /// <summary>Runs to the end.</summary>
    public AmendRun Run(params string[] args)
    {
        if (!Idle.TryTake(out var process))
            process = new TurnProcess();
        var answer = process.Take(new TurnOrder(home, args));
        Idle.Add(process);
        return AmendRun.Of(args, answer.ExitCode, answer.Output, answer.Error);
    }
}
