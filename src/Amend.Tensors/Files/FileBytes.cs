using Microsoft.Win32.SafeHandles;

namespace Amend.Tensors.Files;

/// <summary>Reads at a place of an open file; safe from several threads at once.</summary>
internal static class FileBytes
{
    /// <summary>Fills the memory from a place on, and returns how many bytes the file had for it.</summary>
    /// <exception cref="IOException">The disk does not give them.</exception>
    public static int Fill(SafeFileHandle file, Span<byte> bytes, long at)
    {
        var filled = 0;
        while (filled < bytes.Length)
        {
            var read = RandomAccess.Read(file, bytes[filled..], at + filled);
            if (read == 0)
                break;
            filled += read;
        }

        return filled;
    }
}
