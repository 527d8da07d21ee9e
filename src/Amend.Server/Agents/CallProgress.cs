using System.Diagnostics;
using System.Text.Json;
using Amend.Server.Jobs;
using Amend.Server.Wire;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Amend.Server.Agents;

/// <summary>Tells an agent how far a call is, a few times a second at most.</summary>
/// <param name="server">The connection.</param>
/// <param name="token">What the agent knows the call by.</param>
internal sealed class CallProgress(McpServer server, ProgressToken token)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private long _told;
    private int _count;

    /// <summary>Tells what happened: how many things have, and what the last of them is, as the events of a job say it.</summary>
    public async Task TellAsync(JobEvent what)
    {
        _count++;
        if (what.Name == "progress" && _told != 0 && Stopwatch.GetElapsedTime(_told) < Pause)
            return;
        _told = Stopwatch.GetTimestamp();
        var value = new ProgressNotificationValue { Progress = _count, Message = JsonSerializer.Serialize(what.Data, WireJson.Options) };
        try
        {
            await server.NotifyProgressAsync(token, value).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // Who no longer listens to the progress is told of the end, if at all.
            _told = long.MaxValue;
        }
    }
}
