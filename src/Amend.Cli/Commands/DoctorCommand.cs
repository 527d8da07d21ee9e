using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Editing;
using Amend.Models;
using Amend.Models.Inspection;
using Amend.Tensors.Native;
using TorchSharp;

namespace Amend.Cli.Commands;

/// <summary>
/// <c>amend doctor</c>: what is loaded, versions, threads and paths; of a model, what it can do, what that takes, and what is wrong
/// with it.
/// </summary>
internal sealed class DoctorCommand : ICliCommand
{
    private readonly Argument<string?> _model = new("MODEL")
    {
        Description = "A model to check: its files, tensors and tokenizer.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command(
            "doctor", "What is loaded, versions, threads and paths; with MODEL, what it can do and what is wrong with its folder.")
        {
            _model,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var options = GlobalOptions.LoadOptions(parsed);
        var environment = AmendEnvironment.Of(parsed);
        var document = parsed.GetValue(_model) is { } model
            ? Look(environment, model, options)
            : new DoctorDocument { Installation = Look(environment) };
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(document);
        else if (document.Model is { } found)
            InspectionView.Print(found, document.Uses);
        else
            Print(document.Installation!);
        return document.Model is { Problems.Count: > 0 } ? ExitCode.Data : ExitCode.Done;
    }

    private static void Print(Installation found)
    {
        var table = Terminal.List();
        table.Row("amend", found.Amend);
        table.Row("dotnet", found.Dotnet);
        table.Row("system", found.System);
        table.Row("torchsharp", found.Torchsharp);
        table.Row("libtorch", found.Libtorch);
        table.Row("native library", found.NativeLibrary ?? "as packaged");
        table.Row("native library patched", found.NativeLibraryPatched ? "yes: the system's libstdc++ is older than TorchSharp's" : "no");
        table.Row("threads", $"{found.Threads} of {found.Processors} processors");
        var kernels = found.Kernels == MatrixKernels.OfIntel ? "MKL's for Intel's processors" : "as shipped";
        table.Row("kernels", $"{kernels}: {found.KernelsReason}");
        table.Row("product", Rate(found.Product, found.Processor));
        table.Row("cuda", found.CudaDevices is { } devices ? $"{devices} devices" : "not in this build");
        table.Row("home", found.Home);
        table.Row("models", string.Join(", ", found.Models));
        table.Row("native cache", found.NativeCache);
        Terminal.Write(table);
    }

    private static string Rate(ProductRate product, string processor) => string.Create(
        CultureInfo.InvariantCulture,
        $"{product.Rows} x {product.Inputs} x {product.Outputs} at {product.GigaflopsPerSecond:F0} GFLOP/s, {processor}");

    private static DoctorDocument Look(AmendEnvironment environment, string model, LoadOptions options)
    {
        var path = environment.Models.Locate(model);
        var found = ModelInspection.Run(path);
        return new DoctorDocument
        {
            Model = ModelSummary.Of(model, found),
            Uses = found.Shape is null || found.Problems.Count > 0 ? null : ModelUses.Of(path, found, options.DType),
        };
    }

    private static Installation Look(AmendEnvironment environment)
    {
        TorchRuntime.EnsureLoaded();
        return Loaded(environment);
    }

    private static Installation Loaded(AmendEnvironment environment) => new()
    {
        Amend = LibraryVersion.Current,
        Dotnet = RuntimeInformation.FrameworkDescription,
        System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
        Torchsharp = typeof(torch).Assembly.GetName().Version!.ToString(3),
        Libtorch = torch.__version__,
        NativeLibrary = TorchRuntime.LoadedLibrary,
        NativeLibraryPatched = TorchRuntime.IsPatched,
        NativeCache = PatchedLibraryCache.DefaultFolder(),
        Threads = torch.get_num_threads(),
        Processors = Environment.ProcessorCount,
        Processor = new HostProcessor().Name,
        Kernels = TorchRuntime.Kernels.Kernels,
        KernelsReason = TorchRuntime.Kernels.Reason,
        Product = ProductRate.Measure(),
        CudaDevices = torch.cuda.is_available() ? torch.cuda.device_count() : null,
        Home = environment.Home.Folder,
        Models = [.. environment.Models.Known.Select(model => model.Name)],
    };
}
