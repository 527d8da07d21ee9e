using System.Runtime.InteropServices;
using Amend.Tensors.Native;

namespace Amend.Tensors.Tests.Native;

public sealed class HostProcessorTests
{
    [Fact]
    public void Vendor_and_name_are_those_that_the_system_reads()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "/proc/cpuinfo has them on x86-64 Linux.");
        var host = new HostProcessor();

        Assert.Equal(Line("vendor_id"), host.Vendor);
        if (!host.Name.Contains("Virtual", StringComparison.Ordinal)) // A processor that is none may be shown under another name.
            Assert.Equal(Line("model name"), host.Name);
        Assert.Equal(Line("flags").Split(' ').Intersect(["avx2", "fma"]).Count() == 2, host.HasAvx2AndFma);
    }

    private static string Line(string key) =>
        File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith(key, StringComparison.Ordinal)).Split(':', 2)[1].Trim();
}
