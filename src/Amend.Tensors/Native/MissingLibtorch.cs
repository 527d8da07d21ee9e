using System.Reflection;

namespace Amend.Tensors.Native;

/// <summary>What a program is told that brings no libtorch: the packages of Amend leave the choice of its native package to it.</summary>
internal static class MissingLibtorch
{
    /// <summary>What is missing, and the package that brings it.</summary>
    public static string Sentence { get; } =
        $"libtorch, with which Amend computes, is not beside this program; add the package {Package} {Version} to its project, "
        + "or one of CUDA.";

    private static string Package => OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64"
        : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64"
        : "libtorch-cpu-linux-x64";

    private static string? Version => typeof(MissingLibtorch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(data => data.Key == "LibTorchVersion")?.Value;
}
