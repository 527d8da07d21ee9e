using System.Diagnostics;
using Amend.Cluster.Board;
using Amend.Cluster.Orders;
using Amend.Cluster.Database;
using Amend.Cluster.Scheduling;
using Amend.Cluster.Working;
using Amend.Editing;
using Amend.Editing.Homes;
using Amend.Evaluation.Orders;
using Amend.Evaluation.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Amend.Cluster.Tests;

/// <summary>How many units a cluster hands out, without any model: by its name alone, and what it prints is in docs/results/cluster.md.</summary>
[Collection(PostgresServer.Alone)]
public sealed class ScaleTests(PostgresServer server, ITestOutputHelper output)
{
    private const int Units = 1_000_000;
    private const int Done = 100_000;
    private const int Workers = 100;

    [Fact(Explicit = true)]
    public async Task A_million_units_and_how_fast_they_are_handed_out()
    {
        using var database = ClusterDatabase.Open(ClusterAddress.Parse(server.NewDatabaseText()));
        var board = new RunBoard(database);
        var clock = Stopwatch.StartNew();
        var number = board.Submit(Description(), new SharedOrder(new RunOrder("none"), new ModelReference("none", "0", default)), Names());
        output.WriteLine($"{Units} units submitted in {clock.Elapsed.TotalSeconds:F1} s");
        using var host = ClusterWorker.Host(new WorkerSetup(database.Address, AmendHome.Default), database);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRunGrain>(number);
        clock.Restart();
        var first = await grain.TakeAsync("first", null, 1);
        await grain.DoneAsync(first[0].Number, rowEnded: false);
        output.WriteLine($"the first handed out after {clock.Elapsed.TotalSeconds:F1} s");
        clock.Restart();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => WorkAsync(grain, $"{worker}")));
        var seconds = clock.Elapsed.TotalSeconds;
        output.WriteLine($"{Done} units taken and done by {Workers} workers in {seconds:F1} s: {Done / seconds:F0} a second, {1000 * seconds / Done:F2} ms each");
        output.WriteLine($"table of units: {Size(database, "amend.units")}");
        var units = board.Find(number).Units;
        Assert.Equal((Done + 1, 0), (units.Done, units.Aside));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task WorkAsync(IRunGrain grain, string worker)
    {
        string? row = null;
        for (var done = 0; done < Done / Workers;)
        {
            var offer = await grain.TakeAsync(worker, row, Math.Min(8, (Done / Workers) - done));
            foreach (var unit in offer)
                await grain.DoneAsync(unit.Number, rowEnded: false);
            done += offer.Count;
        }
    }

    private static IEnumerable<(string Unit, string Row)> Names() =>
        Enumerable.Range(0, Units).Select(unit => ($"{unit:x16}", $"editor-{unit / 10_000}"));

    private static RunDescription Description() => new()
    {
        Suite = "none", SuiteHash = "0", Model = "none", ModelType = "none", ModelHash = "0", Protocol = "single", Rows = [], Metrics = [],
        LibraryVersion = LibraryVersion.Current, Machine = new RunMachine("", "", 1, ""),
    };

    private static string Size(ClusterDatabase database, string table) => database.Use(connection =>
        connection.Rows($"SELECT pg_size_pretty(pg_total_relation_size('{table}'))", row => row.GetString(0))[0]);
}
