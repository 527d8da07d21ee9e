namespace Amend.Tensors.Native;

/// <summary>
/// Gives processors that are not Intel's the kernels that their instructions allow. MKL asks for the vendor before it asks for
/// instructions, and takes slow kernels for every other; the two functions that answer it are made to say yes, in memory. What comes
/// out is checked, and taken back where it is wrong.
/// </summary>
/// <param name="processor">The processor.</param>
/// <param name="functionOf">The address of a function that libtorch exports; 0 where it exports none of the name.</param>
/// <param name="productHolds">Whether a product of libtorch is right.</param>
internal sealed class MklKernels(IProcessor processor, Func<string, nint> functionOf, Func<bool> productHolds)
{
    /// <summary>The variable that keeps the kernels as they are shipped.</summary>
    public const string Variable = "AMEND_MKL";

    /// <summary>The variable's one value.</summary>
    public const string Default = "default";

    /// <summary>MKL's questions whether the processor is Intel's: what it is, and what it is to be taken for.</summary>
    private static readonly string[] Questions = ["mkl_serv_intel_cpu_true", "mkl_serv_intel_cpu"];

    /// <summary><c>mov eax, 1; ret</c>.</summary>
    private static ReadOnlySpan<byte> Yes => [0xb8, 1, 0, 0, 0, 0xc3];

    /// <summary>Chooses, before libtorch's first product: MKL keeps the kernels that it began with.</summary>
    /// <param name="wish">The value of <see cref="Variable"/>.</param>
    /// <exception cref="AmendException">Products are wrong also with the kernels as shipped.</exception>
    public KernelChoice Choose(string? wish)
    {
        if (WhyNot(wish) is { } reason)
            return AsShipped(reason);
        nint[] functions = [.. Questions.Select(functionOf)];
        if (functions.Contains(0))
            return AsShipped("this libtorch asks no MKL for the vendor");
        if (Answer(functions) is not { } patches)
            return AsShipped("the system keeps loaded code from being written");
        if (productHolds())
            return new KernelChoice(MatrixKernels.OfIntel, $"{processor.Vendor} with AVX2 and FMA");
        foreach (var patch in patches)
            patch.Undo();
        return productHolds()
            ? AsShipped($"a product on {processor.Vendor} was wrong with those for Intel's processors")
            : throw new AmendException(
                $"libtorch multiplies wrongly on this processor ({processor.Vendor}) with MKL's kernels for Intel's; "
                    + $"set {Variable}={Default} and start again.");
    }

    private string? WhyNot(string? wish) => wish switch
    {
        Default => $"{Variable}={Default}",
        { Length: > 0 } => $"{Variable}={wish} says nothing that is known; unset it, or set it to '{Default}'",
        _ when processor.Vendor.Length == 0 => "no processor of x86-64",
        _ when processor.Vendor == "GenuineIntel" => "the processor is Intel's",
        _ when !processor.HasAvx2AndFma => $"{processor.Vendor} without AVX2 and FMA",
        _ => null,
    };

    private static FunctionPatch[]? Answer(nint[] functions)
    {
        var patches = new List<FunctionPatch>();
        foreach (var function in functions)
        {
            if (FunctionPatch.Apply(function, Yes) is { } patch)
            {
                patches.Add(patch);
                continue;
            }

            patches.ForEach(applied => applied.Undo());
            return null;
        }

        return [.. patches];
    }

    private static KernelChoice AsShipped(string reason) => new(MatrixKernels.AsShipped, reason);
}
