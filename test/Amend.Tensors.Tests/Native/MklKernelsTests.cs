using System.Runtime.InteropServices;
using Amend.Tensors.Native;

namespace Amend.Tensors.Tests.Native;

public sealed unsafe class MklKernelsTests
{
    private const string Asked = "mkl_serv_intel_cpu_true";

    public MklKernelsTests() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "MKL is asked on Linux and x86-64 alone.");

    [Fact]
    public void Here_MKL_takes_a_capable_processor_of_another_vendor_for_one_of_Intels_and_products_are_right()
    {
        TorchRuntime.EnsureLoaded();
        var host = new HostProcessor();
        Assert.SkipUnless(host.Vendor != "GenuineIntel" && host.HasAvx2AndFma, $"{host.Vendor} needs no other kernels, or cannot run them.");
        Assert.SkipUnless(Environment.GetEnvironmentVariable(MklKernels.Variable) is null, $"{MklKernels.Variable} is set.");

        Assert.Equal(MatrixKernels.OfIntel, TorchRuntime.Kernels.Kernels);
        Assert.Contains(host.Vendor, TorchRuntime.Kernels.Reason, StringComparison.Ordinal);
        Assert.Equal(1, ((delegate* unmanaged<int>)TorchRuntime.FunctionOf(Asked))());
        Assert.True(ProductCheck.Holds());
    }

    [Fact]
    public void Both_questions_of_a_capable_processor_of_another_vendor_are_answered_yes()
    {
        using var code = LoadedCode.Create();
        Assert.Equal(0, code.Answer(0));

        var choice = Chooser(code, new FakeProcessor(), () => true).Choose(wish: null);

        Assert.Equal(new KernelChoice(MatrixKernels.OfIntel, "AuthenticAMD with AVX2 and FMA"), choice);
        Assert.Equal((1, 1), (code.Answer(0), code.Answer(1)));
    }

    [Theory]
    [InlineData("AuthenticAMD", true, "default", "AMEND_MKL=default")]
    [InlineData("AuthenticAMD", true, "fast", "AMEND_MKL=fast says nothing that is known; unset it, or set it to 'default'")]
    [InlineData("GenuineIntel", true, null, "the processor is Intel's")]
    [InlineData("AuthenticAMD", false, null, "AuthenticAMD without AVX2 and FMA")]
    [InlineData("", false, null, "no processor of x86-64")]
    public void Where_it_is_not_wanted_or_not_fit_the_code_stays_as_it_is(string vendor, bool fit, string? wish, string reason)
    {
        using var code = LoadedCode.Create();

        var choice = Chooser(code, new FakeProcessor(vendor, fit), () => true).Choose(wish);

        Assert.Equal(new KernelChoice(MatrixKernels.AsShipped, reason), choice);
        Assert.Equal((0, 0), (code.Answer(0), code.Answer(1)));
    }

    [Fact]
    public void A_library_without_one_of_the_questions_stays_as_it_is()
    {
        using var code = LoadedCode.Create();

        var choice = new MklKernels(new FakeProcessor(), name => name == Asked ? code.Function(0) : 0, () => true).Choose(wish: null);

        Assert.Equal(MatrixKernels.AsShipped, choice.Kernels);
        Assert.Equal(0, code.Answer(0));
    }

    [Fact]
    public void A_wrong_product_takes_both_answers_back()
    {
        using var code = LoadedCode.Create();

        var choice = Chooser(code, new FakeProcessor(), () => code.Answer(0) == 0).Choose(wish: null);

        Assert.Equal(MatrixKernels.AsShipped, choice.Kernels);
        Assert.Contains("a product on AuthenticAMD was wrong", choice.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (code.Answer(0), code.Answer(1)));
    }

    [Fact]
    public void Products_that_stay_wrong_are_told_of_with_the_way_out()
    {
        using var code = LoadedCode.Create();

        var failure = Assert.Throws<AmendException>(() => Chooser(code, new FakeProcessor(), () => false).Choose(wish: null));

        Assert.Contains("AMEND_MKL=default", failure.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (code.Answer(0), code.Answer(1)));
    }

    [Fact]
    public void Where_the_system_keeps_code_from_being_written_all_of_it_stays_as_it_is()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("code"), new byte[Environment.SystemPageSize]);
        using var code = LoadedCode.Create();
        using var locked = LoadedCode.Locked(folder.File("code"));

        var choice = new MklKernels(new FakeProcessor(), name => name == Asked ? code.Function(0) : locked.Function(0), () => true)
            .Choose(wish: null);

        Assert.Equal(new KernelChoice(MatrixKernels.AsShipped, "the system keeps loaded code from being written"), choice);
        Assert.Equal(0, code.Answer(0));
    }

    private static MklKernels Chooser(LoadedCode code, IProcessor processor, Func<bool> productHolds) =>
        new(processor, name => code.Function(name == Asked ? 0 : 1), productHolds);
}
