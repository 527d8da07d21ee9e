using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Amend.Cluster.Board;
using Amend.Cluster.Database;
using Amend.Cluster.Sharing;
using Amend.Editing;
using Amend.Tensors;
using Amend.Tensors.Native;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Amend.Cluster.Working;

/// <summary>
/// A process that works for a cluster: a member of it, where whoever hands out a run's units may live, and a number of models that do
/// units. Members of other versions of Amend are not seen.
/// </summary>
public static class ClusterWorker
{
    /// <summary>Works until it is stopped, or no run is open and it is to end then.</summary>
    /// <param name="setup">What it is started with.</param>
    /// <param name="started">Told its name once it is a member.</param>
    /// <param name="stop">Ends it: what is begun is done to where nothing is lost.</param>
    /// <exception cref="AmendException">The database cannot be used, or a number is out of its range.</exception>
    public static async Task RunAsync(WorkerSetup setup, Action<string> started, CancellationToken stop)
    {
        if (setup.Models < 1 || setup.Threads < 1)
            throw new AmendException(
                $"{setup.Models} models with {setup.Threads?.ToString() ?? "all"} threads were asked; give numbers of at least 1.");
        var database = ClusterDatabase.Open(setup.Address);
        await using (database.ConfigureAwait(false))
        {
            using var host = Host(setup, database);
            await host.StartAsync(stop).ConfigureAwait(false);
            var name = NewName();
            started(name);
            var log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Amend.Cluster");
            var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop, stopping);
            if (new RunBoard(database).OfOtherVersions(stop) is > 0 and var others)
                log.LeavesOthers(others, LibraryVersion.Current);
            var (grains, meter) = (host.Services.GetRequiredService<IGrainFactory>(), host.Services.GetRequiredService<WorkerMeter>());
            var desk = new UnitDesk(grains, meter, setup.Times, log);
            Task Work(int slot) => OnThread(failed, () =>
            {
                using var shelf = ShelfOf(setup, database);
                var worker = new WorkerSlot($"{name}/{slot}", desk, new RunBoard(database), shelf, log);
                worker.Work(setup.EndsWhenIdle, failed.Token);
            });
            Task[] slots = [.. Enumerable.Range(0, setup.Models).Select(Work)];
            try
            {
                await Task.WhenAll(slots).ConfigureAwait(false);
            }
            finally
            {
                await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// A name that no other worker has: machine, process and a mark of its own, since in containers two may be process 1 of one machine.
    /// </summary>
    internal static string NewName() =>
        $"{Environment.MachineName}/{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";

    /// <summary>A member of the cluster that does nothing yet.</summary>
    internal static IHost Host(WorkerSetup setup, ClusterDatabase database)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.Error)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(database).AddSingleton(setup.Times).AddSingleton(TimeProvider.System).AddSingleton<WorkerMeter>();
        WorkerMeter.Export(builder);
        var cluster = $"amend-{LibraryVersion.Current}";
        builder.UseOrleans(silo =>
        {
            silo.Services.AddSingleton<IMembershipTable>(new PostgresMembership(database, cluster));
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "amend"));
            silo.ConfigureEndpoints(IPAddress.Parse(setup.Host), FreePort(setup.Host), FreePort(setup.Host), listenOnAnyHostAddress: false);
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = setup.Times.Beat / 2;
                options.NumMissedProbesLimit = 2;
                options.TableRefreshTimeout = setup.Times.Beat;
                options.IAmAliveTablePublishTimeout = setup.Times.Beat;
                options.NumMissedTableIAmAliveLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
            silo.Configure<MessagingOptions>(options => options.ResponseTimeout = setup.Times.Lease);
        });
        return builder.Build();
    }

    /// <summary>A model's shelf, on the thread that is to use it.</summary>
    private static ModelShelf ShelfOf(WorkerSetup setup, ClusterDatabase database)
    {
        // libtorch keeps a count a thread, so each model sets its own.
        ThreadBudget.Set(setup.Threads ?? Math.Max(1, ThreadBudget.Default() / setup.Models));
        var store = setup.Share is { } share ? new SharedStore(share, setup.Home.Cache("shared")) : null;
        return new ModelShelf(database, store, setup.Home, setup.Device);
    }

    /// <summary>Does something on a thread of its own; where it fails, the others end, too.</summary>
    private static Task OnThread(CancellationTokenSource failed, Action action) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                action();
            }
            catch (OperationCanceledException) when (failed.IsCancellationRequested)
            {
                // Stopped while it waited.
            }
            catch
            {
                failed.Cancel();
                throw;
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static int FreePort(string host)
    {
        using var listener = new TcpListener(IPAddress.Parse(host), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
