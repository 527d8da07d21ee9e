using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Amend.Cluster.Working;

/// <summary>
/// What a worker measures of itself, for OpenTelemetry where the environment says where it goes (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>), with
/// Orleans' own measures beside.
/// </summary>
internal sealed class WorkerMeter : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Amend.Cluster";

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _units;
    private readonly Histogram<double> _waits;

    /// <summary>Creates the instruments.</summary>
    public WorkerMeter()
    {
        _units = _meter.CreateHistogram<double>("amend.cluster.unit.duration", "s", "Time of a unit, with its results kept.");
        _waits = _meter.CreateHistogram<double>("amend.cluster.call.duration", "s", "Time of a call to who hands out units.");
    }

    /// <summary>Has the measures told, where the environment says so.</summary>
    public static void Export(IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[Endpoint]))
            return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("amend-worker"))
            .WithMetrics(metrics => metrics.AddMeter(Name, "Microsoft.Orleans"))
            .UseOtlpExporter();
    }

    /// <summary>Counts a unit.</summary>
    /// <param name="row">Its row; empty for the unedited answers.</param>
    /// <param name="isDone">Whether it was done; false where it failed.</param>
    /// <param name="began">The time stamp of its beginning.</param>
    public void Unit(string row, bool isDone, long began) => _units.Record(
        Stopwatch.GetElapsedTime(began).TotalSeconds,
        new TagList { { "row", row.Length > 0 ? row : "unedited" }, { "outcome", isDone ? "done" : "failed" } });

    /// <summary>Counts a call to who hands out units.</summary>
    /// <param name="began">The time stamp of its beginning.</param>
    public void Call(long began) => _waits.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
