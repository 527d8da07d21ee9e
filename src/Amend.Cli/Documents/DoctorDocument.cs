using Amend.Models.Inspection;
using Amend.Tensors.Native;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend doctor --json</c> prints: the installation or, where one was named, the model; the other is null.</summary>
internal sealed record DoctorDocument
{
    /// <summary>What is installed.</summary>
    public Installation? Installation { get; init; }

    /// <summary>What is in a model's folder.</summary>
    public ModelSummary? Model { get; init; }

    /// <summary>What can be done with the model; null where it cannot be used.</summary>
    public ModelUses? Uses { get; init; }
}

/// <summary>What is installed, and where.</summary>
internal sealed record Installation
{
    /// <summary>Amend's version.</summary>
    public required string Amend { get; init; }

    /// <summary>The version of .NET.</summary>
    public required string Dotnet { get; init; }

    /// <summary>The operating system and the processor's kind.</summary>
    public required string System { get; init; }

    /// <summary>TorchSharp's version.</summary>
    public required string Torchsharp { get; init; }

    /// <summary>libtorch's version.</summary>
    public required string Libtorch { get; init; }

    /// <summary>The file of TorchSharp's native library; null for the one of its package.</summary>
    public string? NativeLibrary { get; init; }

    /// <summary>Whether it had to be patched for the system's libstdc++.</summary>
    public required bool NativeLibraryPatched { get; init; }

    /// <summary>Where patched libraries are kept.</summary>
    public required string NativeCache { get; init; }

    /// <summary>Threads that libtorch computes with.</summary>
    public required int Threads { get; init; }

    /// <summary>The machine's processors.</summary>
    public required int Processors { get; init; }

    /// <summary>What the processor calls itself.</summary>
    public required string Processor { get; init; }

    /// <summary>Which kernels libtorch multiplies matrices with.</summary>
    public required MatrixKernels Kernels { get; init; }

    /// <summary>Why these.</summary>
    public required string KernelsReason { get; init; }

    /// <summary>How fast it multiplies.</summary>
    public required ProductRate Product { get; init; }

    /// <summary>CUDA devices; null where this build of libtorch has no CUDA.</summary>
    public int? CudaDevices { get; init; }

    /// <summary>Amend's home.</summary>
    public required string Home { get; init; }

    /// <summary>The models that can be given by name.</summary>
    public required IReadOnlyList<string> Models { get; init; }
}
