using Amend.Cli.CommandLine;

namespace Amend.Cli.Rendering;

/// <summary>Prints what a verb did that has done it: where that fails, people still learn what was done.</summary>
internal static class Done
{
    /// <summary>Prints a result.</summary>
    /// <param name="what">What was done and stays done, as a sentence with the ids and without its full stop.</param>
    /// <param name="print">Prints it in full.</param>
    /// <returns>The exit code: an output that failed is told apart from one that was written.</returns>
    public static int Print(string what, Action print)
    {
        try
        {
            print();
            Console.Out.Flush();
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Messages.Error($"{what}; only printing it failed ({e.Message.TrimEnd('.')}).");
            return ExitCode.Data;
        }
    }
}
