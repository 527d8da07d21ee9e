using System.Globalization;
using Amend.Server.Observing;
using Amend.Server.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Amend.Server.Problems;

/// <summary>Writes refusals: as problem documents (RFC 9457), and to OpenAI's clients as they expect errors.</summary>
internal static class RefusalWriter
{
    private const string OpenAiPath = "/v1";

    /// <summary>Writes one as the answer.</summary>
    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } after)
            response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture);
        return context.Request.Path.StartsWithSegments(OpenAiPath, StringComparison.Ordinal)
            ? response.WriteAsJsonAsync(OpenAiError.Of(refusal), WireJson.Options, "application/json", context.RequestAborted)
            : response.WriteAsJsonAsync(ToProblem(context, refusal), WireJson.Options, "application/problem+json", context.RequestAborted);
    }

    /// <summary>Turns failures of what comes behind into answers.</summary>
    public static async Task GuardAsync(HttpContext context, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var refusal = Refusal.Of(e);
            if (refusal.IsUnexpected)
                log.FailedUnexpectedly(context.Request.Method, context.Request.Path, e);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            await WriteAsync(context, refusal).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what nobody else has answered, such as an unknown path.</summary>
    public static Task WriteEmptyAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound =>
            WriteAsync(context, Refusal.NotFound("There is nothing at this path; /openapi/v1.json lists what is.")),
        var status => WriteAsync(context, new Refusal(status, "invalid_request", $"The request was refused with {status}.")),
    };

    private static ProblemDetails ToProblem(HttpContext context, Refusal refusal) => new()
    {
        Type = $"https://www.rfc-editor.org/rfc/rfc9110#status.{refusal.Status}",
        Title = refusal.Code,
        Status = refusal.Status,
        Detail = refusal.Sentence,
        Instance = context.Request.Path,
    };
}

/// <summary>An error as OpenAI's API tells it.</summary>
/// <param name="Error">What it is.</param>
public sealed record OpenAiError(OpenAiErrorBody Error)
{
    /// <summary>A refusal as an error.</summary>
    public static OpenAiError Of(Refusal refusal) => new(new OpenAiErrorBody(
        refusal.Sentence,
        refusal.Status switch
        {
            StatusCodes.Status401Unauthorized => "authentication_error",
            StatusCodes.Status403Forbidden => "permission_error",
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            >= StatusCodes.Status500InternalServerError => "server_error",
            _ => "invalid_request_error",
        },
        refusal.Code));
}

/// <summary>What an error of OpenAI's API is.</summary>
/// <param name="Message">The sentence.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Code">What programs tell it by.</param>
public sealed record OpenAiErrorBody(string Message, string Type, string Code)
{
    /// <summary>The member of the request that it is about; not told.</summary>
    public string? Param { get; }
}
