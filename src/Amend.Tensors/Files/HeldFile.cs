namespace Amend.Tensors.Files;

/// <summary>A file that a process holds against others; a process that is killed holds it no longer.</summary>
public static class HeldFile
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlockLinux = 11;
    private const int WouldBlockBsd = 35;

    /// <summary>Holds a file until it is disposed; it is made where it is missing, and left there.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <returns>What holds it; null where another holds it, in this process or another.</returns>
    /// <exception cref="IOException">The file cannot be made or opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is not writable.</exception>
    public static FileStream? TryHold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is SharingViolation or WouldBlockLinux or WouldBlockBsd)
        {
            return null;
        }
    }
}
