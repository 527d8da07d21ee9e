using System.Runtime.InteropServices;

namespace Amend.Tensors.Native;

/// <summary>Code put over the first bytes of a loaded function, in this process's memory alone; it can be undone.</summary>
internal sealed unsafe partial class FunctionPatch
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;

    private readonly nint _function;
    private readonly byte[] _before;

    private FunctionPatch(nint function, byte[] before) => (_function, _before) = (function, before);

    /// <summary>Puts code over a function's first bytes. No other thread may be inside them.</summary>
    /// <param name="function">The function's address; it is at least as long as the code.</param>
    /// <param name="code">What it does from now on.</param>
    /// <returns>The patch; null, and nothing is changed, where the system keeps code from being written.</returns>
    public static FunctionPatch? Apply(nint function, ReadOnlySpan<byte> code)
    {
        var before = new ReadOnlySpan<byte>((void*)function, code.Length).ToArray();
        return Put(function, code) ? new FunctionPatch(function, before) : null;
    }

    /// <summary>Puts the former bytes back.</summary>
    /// <exception cref="InvalidOperationException">The system, which allowed the writing before, refuses it now.</exception>
    public void Undo()
    {
        if (!Put(_function, _before))
            throw new InvalidOperationException($"The {_before.Length} bytes at {_function:x} could not be put back.");
    }

    /// <summary>Writes with the pages opened for it. They stay executable: functions beside this one may be running.</summary>
    private static bool Put(nint at, ReadOnlySpan<byte> code)
    {
        nint page = Environment.SystemPageSize;
        var start = at - (at % page);
        var length = (nuint)(at + code.Length - start);
        if (MProtect(start, length, Read | Write | Execute) != 0)
            return false;
        code.CopyTo(new Span<byte>((void*)at, code.Length));
        _ = MProtect(start, length, Read | Execute);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int MProtect(nint address, nuint length, int protection);
}
