using Amend.Server.Jobs;
using Amend.Server.Problems;
using Amend.Server.Security;
using Amend.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amend.Server.Api;

/// <summary>Long work: how far it is, what comes of it, and its end before time.</summary>
internal static class JobEndpoints
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/jobs").RequireAuthorization(nameof(Role.Ask)).WithTags("Jobs");
        group.MapGet("", (JobBoard jobs) => new JobsDocument([.. jobs.All.Select(job => job.Summary)]))
            .WithSummary("The jobs that are known.");
        group.MapGet("/{id}", (string id, JobBoard jobs) => jobs.Find(id).Summary).WithSummary("How a job stands.");
        group.MapGet("/{id}/events", WatchAsync).WithSummary("What happens in a job, as server-sent events until it is over.");
        group.MapGet("/{id}/result", Result).WithSummary("What came of a job that is done; 409 before.");
        group.MapDelete("/{id}", Cancel).WithSummary("Asks a job to end; what it was to change is as before then.");
    }

    /// <summary>Answers with a job that was begun.</summary>
    public static IResult Begin(HttpContext context, Job job)
    {
        context.Response.Headers.Location = $"/api/jobs/{job.Id}";
        return Results.Json(job.Summary, WireJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task WatchAsync(string id, JobBoard jobs, HttpContext context)
    {
        var job = jobs.Find(id);
        var events = new EventStream(context.Response, context.RequestAborted);
        await foreach (var one in job.WatchAsync(context.RequestAborted).ConfigureAwait(false))
            await events.WriteAsync(one.Data, one.Name).ConfigureAwait(false);
        await events.WriteAsync(job.Summary, "end").ConfigureAwait(false);
    }

    private static IResult Result(string id, JobBoard jobs)
    {
        var job = jobs.Find(id);
        return job.Status switch
        {
            JobStatus.Done => Results.Json(job.Result, WireJson.Options),
            JobStatus.Failed => throw new RefusedException(job.Refusal!),
            var status => throw new RefusedException(new Refusal(
                StatusCodes.Status409Conflict, "no_result", $"Job '{id}' is {status.ToString().ToLowerInvariant()} and has no result.")),
        };
    }

    private static JobSummary Cancel(string id, JobBoard jobs, HttpContext context)
    {
        var (job, who) = (jobs.Find(id), Asker.Of(context));
        if (job.Owner != who.Name && !context.User.IsInRole("admin"))
            throw new RefusedException(Refusal.Forbidden($"Job '{id}' was begun by another key; ask its owner or an admin to end it."));
        job.Cancel();
        return job.Summary;
    }
}

/// <summary>The jobs of a server.</summary>
/// <param name="Jobs">The jobs, the oldest first.</param>
public sealed record JobsDocument(IReadOnlyList<JobSummary> Jobs);
