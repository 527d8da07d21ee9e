using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Amend.Tensors.Native;

namespace Amend.Testing;

/// <summary>Loads libtorch before the first test of an assembly, because a test may touch torch before it touches Amend.</summary>
internal static class LoadTorch
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A test may touch torch before it touches Amend.")]
    internal static void BeforeAnyTest() => TorchRuntime.EnsureLoaded();
}
