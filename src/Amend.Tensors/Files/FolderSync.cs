using System.Runtime.InteropServices;

namespace Amend.Tensors.Files;

/// <summary>Flushes a folder's entries to disk, so that a rename survives a power cut; .NET has no call for it.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Flushes where the system offers it (Linux); elsewhere, and where it fails, the rename stands as it is.</summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            return;
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
