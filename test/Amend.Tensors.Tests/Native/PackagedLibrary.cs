using Amend.Tensors.Native;

namespace Amend.Tensors.Tests.Native;

/// <summary>TorchSharp's native library as the package ships it.</summary>
internal static class PackagedLibrary
{
    /// <summary>Its path; a test is reported as skipped where the platform has another one.</summary>
    public static string Path()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has version requirements on libstdc++.");
        return TorchRuntime.FindPackaged("libLibTorchSharp.so") ?? throw new FileNotFoundException("libLibTorchSharp.so is not beside the tests.");
    }
}
