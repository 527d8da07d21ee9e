using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Amend.Tensors.Native;

namespace Amend.Models;

/// <summary>Loads libtorch with this assembly: its options name devices and types before any method of Amend.Tensors runs.</summary>
internal static class NativeLoading
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "LoadOptions may be the first thing that a user of this assembly touches.")]
    internal static void Initialize() => TorchRuntime.LoadWithAssembly();
}
