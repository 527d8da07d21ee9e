using Microsoft.Extensions.Logging;

namespace Amend.Cluster.Working;

/// <summary>What a worker logs, in one type, so that its package is made again byte for byte.</summary>
internal static partial class WorkerLog
{
    /// <summary>A unit failed.</summary>
    [LoggerMessage(LogLevel.Warning, "unit {Unit} of run {Run} failed: {Reason}")]
    public static partial void Failed(this ILogger log, int unit, long run, string reason);

    /// <summary>This worker cannot begin a run.</summary>
    [LoggerMessage(LogLevel.Warning, "run {Run} cannot be begun here: {Reason}")]
    public static partial void CannotBegin(this ILogger log, long run, string reason);

    /// <summary>Who hands out units did not answer.</summary>
    [LoggerMessage(LogLevel.Debug, "asks again who hands out units: {Reason}")]
    public static partial void CallsAgain(this ILogger log, string reason);

    /// <summary>Open runs are of other versions.</summary>
    [LoggerMessage(LogLevel.Warning, "{Count} open runs are of other versions of Amend than {Version}, and are left alone")]
    public static partial void LeavesOthers(this ILogger log, int count, string version);
}
