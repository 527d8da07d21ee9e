using System.Globalization;
using Amend.Benchmarks;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using static TorchSharp.torch;

// Too long for BenchmarkDotNet in one process, and compared by turns.
if (args.Contains("--tracing-ratio"))
{
    TracingRatio.Run();
    return;
}

// Both passes in one process, by turns.
if (args.Contains("--seam-ratio"))
{
    SeamRatio.Run();
    return;
}

// Timed on the clock and by CPU time, by turns.
if (args.Contains("--batch-values-ratio"))
{
    BatchValuesRatio.Run();
    return;
}

// Both ways in one process, by turns.
if (args.Contains("--grace-ratio"))
{
    GraceRatio.Run();
    return;
}

// A pass and the lookup that is a part of it, by turns.
if (args.Contains("--lookup-ratio"))
{
    LookupRatio.Run();
    return;
}

// Texts one by one and together, by turns.
if (args.Contains("--batching-ratio"))
{
    BatchingRatio.Run();
    return;
}

// Both products by turns.
if (args.Contains("--few-rows"))
{
    FewRowsRate.Run();
    return;
}

// Sessions of models with many edits.
if (args.Contains("--many-edits"))
{
    ManyEdits.Run();
    return;
}

// An edit and its products, by turns.
if (args is [.., "--rome-floor", var edited, var layer])
{
    RomeFloor.Run(edited, int.Parse(layer, CultureInfo.InvariantCulture));
    return;
}

// Models of published sizes are made for a measurement and thrown away.
if (args is [.., "--make-checkpoint", var shape, var folder, var tokenizer])
{
    LargeCheckpoint.Make(shape, folder, tokenizer);
    return;
}

if (args is [.., "--make-gguf", var largeFile, var pieces])
{
    LargeGguf.Make(largeFile, pieces);
    return;
}

// A file's memory is that of a process that does nothing else.
if (args is [.., "--gguf-reading", var file, var dtype])
{
    GgufReading.Measure(file, Enum.Parse<ScalarType>(dtype));
    return;
}

if (args.Contains("--gguf-rates"))
{
    GgufReading.MeasureRates();
    return;
}

// In one process, because libtorch is loaded once and is 600 MB; few runs, because each of them takes seconds.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(1)
    .WithIterationCount(3)
    .WithInvocationCount(1)
    .WithUnrollFactor(1);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
