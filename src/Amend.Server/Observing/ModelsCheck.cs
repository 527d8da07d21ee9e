using Amend.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Amend.Server.Observing;

/// <summary>Whether the models can be asked: not yet while they open, never where one cannot be read.</summary>
/// <param name="models">The models.</param>
internal sealed class ModelsCheck(ServedModels models) : IHealthCheck
{
    /// <summary>The tag of what must hold before a server is asked.</summary>
    public const string Ready = "ready";

    /// <summary>Maps <c>/health/live</c>, for whether the process answers, and <c>/health/ready</c>; both without a key.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).DisableRateLimiting();
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) })
            .DisableRateLimiting();
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(models.AreReady
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(
                models.All.Any(model => model.Opened.IsFaulted) ? "a model cannot be read" : "models are opened"));
}
