using System.Text.Json;
using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Server.Serving;
using Amend.Shipping.Gates;
using Amend.Tensors;
using Microsoft.AspNetCore.Http;

namespace Amend.Server.Problems;

/// <summary>Why a request was not done, in one sentence: what was asked, what was found, what to do.</summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Code">What programs tell it by, such as <c>not_found</c>.</param>
/// <param name="Sentence">The sentence.</param>
public sealed record Refusal(int Status, string Code, string Sentence)
{
    /// <summary>After how long another try makes sense; null where none does.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether it is a defect.</summary>
    internal bool IsUnexpected => Status == StatusCodes.Status500InternalServerError;

    /// <summary>A request that cannot be read.</summary>
    public static Refusal BadRequest(string sentence) => new(StatusCodes.Status400BadRequest, "invalid_request", sentence);

    /// <summary>Something that is not there.</summary>
    public static Refusal NotFound(string sentence) => new(StatusCodes.Status404NotFound, "not_found", sentence);

    /// <summary>A request without a key, or with a wrong one.</summary>
    public static Refusal Unauthorized(string sentence) => new(StatusCodes.Status401Unauthorized, "unauthorized", sentence);

    /// <summary>A request that the key's role does not allow.</summary>
    public static Refusal Forbidden(string sentence) => new(StatusCodes.Status403Forbidden, "forbidden", sentence);

    /// <summary>A request of one that asks too often.</summary>
    public static Refusal TooMany(string sentence, TimeSpan retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, "too_many_requests", sentence) { RetryAfter = retryAfter };

    /// <summary>What a failure is for the one who asked. What is unexpected is told by its kind alone; the log has the rest.</summary>
    public static Refusal Of(Exception cause) => cause switch
    {
        RefusedException refused => refused.Refusal,
        ModelBusyException { IsStopping: true } stopping => new(StatusCodes.Status503ServiceUnavailable, "stopping", stopping.Message),
        ModelBusyException busy => TooMany(busy.Message, busy.RetryAfter),
        NotServedException => NotFound(cause.Message),
        StaleEditException => new(StatusCodes.Status409Conflict, "stale_edit", cause.Message),
        GuardException => new(StatusCodes.Status422UnprocessableEntity, "refused_by_guard", cause.Message),
        GateException or LostEditException => new(StatusCodes.Status422UnprocessableEntity, "refused_by_gate", cause.Message),
        AmendException => BadRequest(cause.Message),
        ArithmeticException => new(StatusCodes.Status422UnprocessableEntity, "numeric", cause.Message),
        BadHttpRequestException { InnerException: JsonException json } => BadRequest(SentenceOf(json)),
        BadHttpRequestException bad => new(bad.StatusCode, "invalid_request", $"The request cannot be read ({bad.Message.TrimEnd('.')})."),
        OperationCanceledException => new(StatusCodes.Status499ClientClosedRequest, "cancelled", "The request was given up."),
        _ => new(
            StatusCodes.Status500InternalServerError,
            "unexpected",
            $"An unexpected {cause.GetType().Name}; the server's log says more."),
    };

    /// <summary>As much of what was given as a sentence shows.</summary>
    internal static string Shown(string given)
    {
        const int MostShown = 80;
        return given.Length > MostShown ? given[..MostShown] + "…" : given;
    }

    private static string SentenceOf(JsonException cause) =>
        $"The request's JSON cannot be read{(cause.Path is { } path and not "$" ? $" at '{Shown(path)}'" : "")}; "
        + "/openapi/v1.json says what is expected.";
}
