using Amend.Tensors.Native;
using TorchSharp;

namespace Amend.Tensors.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Libtorch_computes_on_this_system_with_the_library_that_it_needs()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();

        Assert.Equal(6f, torch.arange(4, dtype: torch.ScalarType.Float32).sum().item<float>());
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux needs a patched copy.");
        Assert.NotEqual(TorchRuntime.SystemHasMarkerVersion(), TorchRuntime.IsPatched);
    }

    [Fact]
    public void Loading_again_changes_nothing()
    {
        TorchRuntime.EnsureLoaded();
        var loaded = TorchRuntime.LoadedLibrary;

        TorchRuntime.EnsureLoaded();

        Assert.Equal(loaded, TorchRuntime.LoadedLibrary);
    }

    [Fact]
    public void A_thread_count_below_one_is_refused()
    {
        Assert.Contains("--threads 0", Assert.Throws<AmendException>(() => ThreadBudget.Set(0)).Message, StringComparison.Ordinal);
    }
}
