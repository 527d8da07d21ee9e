using System.Text.Json;
using Amend.Server.Api;
using Amend.Server.Jobs;
using Amend.Server.Security;

namespace Amend.Server.Agents;

/// <summary>A call of a tool.</summary>
/// <param name="Desk">Where orders are taken.</param>
/// <param name="Who">Who calls.</param>
/// <param name="Arguments">What was given.</param>
/// <param name="Progress">Is told what happens in long work; null where nobody asked.</param>
/// <param name="Stop">Ends the call.</param>
internal sealed record AgentCall(
    OrderDesk Desk, Asker Who, IReadOnlyDictionary<string, JsonElement> Arguments, CallProgress? Progress, CancellationToken Stop)
{
    /// <summary>Waits for a job, tells what happens in it, and gives what came of it; the job ends with the call.</summary>
    /// <exception cref="Problems.RefusedException">It failed.</exception>
    /// <exception cref="OperationCanceledException">The call was ended, or someone else has ended the job.</exception>
    public async Task<object> FinishAsync(Job job)
    {
        using var ending = Stop.Register(job.Cancel);
        await foreach (var one in job.WatchAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (Progress is not null)
                await Progress.TellAsync(one).ConfigureAwait(false);
        }

        Stop.ThrowIfCancellationRequested();
        return job.Status switch
        {
            JobStatus.Done => job.Result!,
            JobStatus.Failed => throw new Problems.RefusedException(job.Refusal!),
            _ => throw new OperationCanceledException(),
        };
    }
}
