using System.Threading.RateLimiting;
using Amend.Server.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Amend.Server.Security;

/// <summary>How often a key may ask.</summary>
internal static class Limits
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Limits requests a minute by key; where none are needed, and for health, there is no limit.</summary>
    public static void Apply(RateLimiterOptions limiter, int requestsPerMinute)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            context.RequestServices.GetRequiredService<Access>().NeedsKeys
                && context.User.Identity is { IsAuthenticated: true, Name: { } name }
                ? RateLimitPartition.GetSlidingWindowLimiter(name, _ => new SlidingWindowRateLimiterOptions
                {
                    PermitLimit = requestsPerMinute,
                    Window = Window,
                    SegmentsPerWindow = 6,
                })
                : RateLimitPartition.GetNoLimiter(""));
        limiter.OnRejected = (rejected, _) => new ValueTask(RefusalWriter.WriteAsync(
            rejected.HttpContext,
            Refusal.TooMany(
                $"More than {requestsPerMinute} requests came with this key within a minute; wait before the next.",
                rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window / 6)));
    }
}
