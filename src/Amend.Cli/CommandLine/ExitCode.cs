namespace Amend.Cli.CommandLine;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 1;

    /// <summary>A model, file or request was wrong.</summary>
    public const int Data = 2;

    /// <summary>Numbers went wrong, or a check refused.</summary>
    public const int Numeric = 3;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Cancelled = 130;
}
