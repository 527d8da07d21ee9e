namespace Amend.Tensors.Native;

/// <summary>What a choice of kernels asks of a processor.</summary>
internal interface IProcessor
{
    /// <summary>The vendor in the processor's own twelve letters, such as <c>AuthenticAMD</c>; empty where it is no x86-64.</summary>
    string Vendor { get; }

    /// <summary>Whether it has, and the system keeps, the registers and instructions of AVX2 and FMA.</summary>
    bool HasAvx2AndFma { get; }
}
