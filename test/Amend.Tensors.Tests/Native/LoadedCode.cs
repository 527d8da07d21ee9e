using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Amend.Tensors.Tests.Native;

/// <summary>Pages of memory with functions in them, of which each answers no, as those of a loaded library lie.</summary>
internal sealed unsafe class LoadedCode : IDisposable
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int Shared = 1;
    private const int Private = 2;
    private const int Anonymous = 0x20;
    private const int Spacing = 64;

    private readonly nuint _length = (nuint)Environment.SystemPageSize;
    private readonly nint _start;

    private LoadedCode(nint start) =>
        _start = start == -1 ? throw new Win32Exception(Marshal.GetLastPInvokeError(), "No memory for functions.") : start;

    /// <summary><c>mov eax, 0; ret</c>.</summary>
    public static ReadOnlySpan<byte> No => [0xb8, 0, 0, 0, 0, 0xc3];

    /// <summary>Functions that can be called, and whose page can be opened for writing.</summary>
    public static LoadedCode Create()
    {
        var code = new LoadedCode(MMap(0, (nuint)Environment.SystemPageSize, Read | Write, Private | Anonymous, -1, 0));
        for (var function = 0; function < 2; function++)
            No.CopyTo(new Span<byte>((void*)code.Function(function), No.Length));
        _ = MProtect(code._start, code._length, Read | Execute);
        return code;
    }

    /// <summary>The bytes of a file that is open for reading alone, so that its page cannot be opened for writing.</summary>
    public static LoadedCode Locked(string path)
    {
        using var file = File.OpenHandle(path);
        return new LoadedCode(MMap(0, (nuint)Environment.SystemPageSize, Read, Shared, (int)file.DangerousGetHandle(), 0));
    }

    /// <summary>The address of a function.</summary>
    public nint Function(int number) => _start + (number * Spacing);

    /// <summary>What a function answers.</summary>
    public int Answer(int number) => ((delegate* unmanaged<int>)Function(number))();

    /// <inheritdoc/>
    public void Dispose() => _ = MUnmap(_start, _length);

    [DllImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static extern nint MMap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    private static extern int MProtect(nint address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int MUnmap(nint address, nuint length);
}
