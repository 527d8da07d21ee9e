using Microsoft.Extensions.Logging;

namespace Amend.Server.Observing;

/// <summary>
/// What the server logs, in one type: of several the generator takes an order that differs from build to build, and a package could not be
/// made again byte for byte.
/// </summary>
internal static partial class ServerLog
{
    /// <summary>A model is served.</summary>
    [LoggerMessage(LogLevel.Information, "'{Model}' is served in the state {State}, {Edits} edits")]
    public static partial void Serves(this ILogger log, string model, string state, int edits);

    /// <summary>A model cannot be served, so the server ends.</summary>
    [LoggerMessage(LogLevel.Critical, "'{Model}' cannot be served: {Reason}")]
    public static partial void CannotServe(this ILogger log, string model, string reason);

    /// <summary>A request met a defect.</summary>
    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    public static partial void FailedUnexpectedly(this ILogger log, string method, string path, Exception cause);

    /// <summary>An agent's call met a defect.</summary>
    [LoggerMessage(LogLevel.Error, "The tool '{Tool}' failed unexpectedly")]
    public static partial void ToolFailedUnexpectedly(this ILogger log, string tool, Exception cause);
}
