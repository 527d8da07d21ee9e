using System.CommandLine;
using System.Globalization;
using Amend.Cli.Rendering;
using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors;
using Amend.Tensors.Native;
using TorchSharp;

namespace Amend.Cli.CommandLine;

/// <summary>Options that every verb takes.</summary>
internal static class GlobalOptions
{
    /// <summary>Print one JSON document instead of text.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document.", Recursive = true };

    /// <summary>The name of <see cref="Verbose"/>, which is known also where the options' own making failed.</summary>
    public const string VerboseName = "--verbose";

    /// <summary>Show stack traces.</summary>
    public static Option<bool> Verbose { get; } = new(VerboseName) { Description = "Show where a failure comes from.", Recursive = true };

    /// <summary>Threads of libtorch.</summary>
    public static Option<int?> Threads { get; } = new("--threads")
    {
        Description = "Threads to compute with; all that the process may use by default.",
        Recursive = true,
        HelpName = "N",
    };

    /// <summary>Where the weights go.</summary>
    public static Option<string> Device { get; } = new("--device")
    {
        Description = "Where the weights go: cpu, cuda, cuda:N or mps.",
        HelpName = "DEVICE",
        Recursive = true,
        DefaultValueFactory = _ => "cpu",
    };

    /// <summary>The weights' type in memory.</summary>
    public static Option<string> DType { get; } = new("--dtype")
    {
        Description = $"The weights' type in memory: {string.Join(", ", WeightTypes.Names)}. "
            + "Edits are added up exactly and rounded once.",
        HelpName = "TYPE",
        Recursive = true,
        DefaultValueFactory = _ => WeightTypes.Names[0],
    };

    /// <summary>Download nothing.</summary>
    public static Option<bool> Offline { get; } = new("--offline")
    {
        Description = "Download nothing; use what is there (also HF_HUB_OFFLINE=1).",
        Recursive = true,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Json, Verbose, Threads, Device, DType, Offline];

    /// <summary>Applies the options that hold for the whole process and returns how models are loaded.</summary>
    /// <exception cref="UsageException">A thread count, device or type cannot be used here.</exception>
    public static LoadOptions LoadOptions(ParseResult parsed) => UsageException.In(() =>
    {
        if (parsed.GetValue(Threads) is { } threads)
            ThreadBudget.Set(threads);
        return new LoadOptions
        {
            Device = ParseDevice(parsed.GetValue(Device)!),
            DType = WeightTypes.Find(parsed.GetValue(DType)!),
            Notes = Messages.Notes,
        };
    });

    private static torch.Device ParseDevice(string name)
    {
        var (kind, available) = name.Split(':')[0] switch
        {
            "cpu" => (DeviceType.CPU, name == "cpu"),
            "cuda" => (DeviceType.CUDA, torch.cuda.is_available()),
            "mps" => (DeviceType.MPS, torch.mps_is_available()),
            _ => throw new AmendException($"The device '{name}' is unknown; give cpu, cuda, cuda:N or mps."),
        };
        var index = 0;
        var number = name.Split(':', 2).ElementAtOrDefault(1);
        if (!available || (number is not null && !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new AmendException($"The device '{name}' is not available to this build of libtorch; use --device cpu.");
        return new torch.Device(kind, kind == DeviceType.CPU ? -1 : index);
    }
}
