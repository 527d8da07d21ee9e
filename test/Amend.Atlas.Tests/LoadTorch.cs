using System.Runtime.CompilerServices;
using Amend.Tensors.Native;

namespace Amend.Atlas.Tests;

/// <summary>Loads libtorch before the first test, because a test may touch torch before it touches Amend.</summary>
internal static class LoadTorch
{
    [ModuleInitializer]
    internal static void BeforeAnyTest() => TorchRuntime.EnsureLoaded();
}
