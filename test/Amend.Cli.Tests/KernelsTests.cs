using Amend.Cli.Tests.Running;
using Amend.Tensors.Native;

namespace Amend.Cli.Tests;

public sealed class KernelsTests
{
    [Fact]
    public void A_process_told_so_keeps_the_kernels_that_libtorch_takes_by_itself_and_doctor_says_why()
    {
        using var home = new TempFolder();
        var told = new AmendProcess(home.Path) { Environment = { ["AMEND_MKL"] = "default" } };
        var untold = new AmendProcess(home.Path) { Environment = { ["AMEND_MKL"] = "" } };

        var shipped = told.Run("doctor", "--json").Json().GetProperty("installation");
        var chosen = untold.Run("doctor", "--json").Json().GetProperty("installation");

        Assert.Equal("as_shipped", shipped.GetProperty("kernels").GetString());
        Assert.Equal("AMEND_MKL=default", shipped.GetProperty("kernels_reason").GetString());
        Assert.Equal(TorchRuntime.Kernels.Kernels == MatrixKernels.OfIntel ? "of_intel" : "as_shipped", chosen.GetProperty("kernels").GetString());
        Assert.Equal(TorchRuntime.Kernels.Reason, chosen.GetProperty("kernels_reason").GetString());
        Assert.True(chosen.GetProperty("product").GetProperty("gigaflops_per_second").GetDouble() > 0);
    }
}
