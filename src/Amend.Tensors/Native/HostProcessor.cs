using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Amend.Tensors.Native;

/// <summary>The processor that this process runs on, as CPUID tells of it.</summary>
/// <remarks>Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, "CPUID".</remarks>
public sealed class HostProcessor : IProcessor
{
    private const int FirstNameLeaf = unchecked((int)0x80000002);
    private const int LastNameLeaf = unchecked((int)0x80000004);

    /// <inheritdoc/>
    public string Vendor { get; } = Ask(0) is var (_, ebx, ecx, edx) ? Text(ebx, edx, ecx) : "";

    /// <inheritdoc/>
    public bool HasAvx2AndFma => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>What the processor calls itself, such as <c>AMD EPYC 7B13</c>; of others than x86-64, the architecture's name.</summary>
    public string Name { get; } = ReadName();

    private static string ReadName()
    {
        if (Ask(FirstNameLeaf - 2) is not { } extended || (uint)extended.Eax < unchecked((uint)LastNameLeaf))
            return RuntimeInformation.ProcessArchitecture.ToString();
        var leaves = Enumerable.Range(FirstNameLeaf, LastNameLeaf - FirstNameLeaf + 1).Select(leaf => Ask(leaf)!.Value);
        return string.Concat(leaves.Select(leaf => Text(leaf.Eax, leaf.Ebx, leaf.Ecx, leaf.Edx))).Trim();
    }

    private static (int Eax, int Ebx, int Ecx, int Edx)? Ask(int leaf) => X86Base.IsSupported ? X86Base.CpuId(leaf, 0) : null;

    private static string Text(params ReadOnlySpan<int> registers) =>
        Encoding.ASCII.GetString(MemoryMarshal.AsBytes(registers)).TrimEnd('\0');
}
