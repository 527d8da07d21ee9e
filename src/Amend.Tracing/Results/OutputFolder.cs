using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Tracing.Results;

/// <summary>Folders that results go to.</summary>
internal static class OutputFolder
{
    /// <summary>Makes a folder where it is missing.</summary>
    /// <exception cref="AmendException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"The folder '{folder}' cannot be made ({cause.Message.TrimEnd('.')}); choose one that is writable.", cause);
        }
    }

    /// <summary>Makes a folder where it is missing, and tries whether a file can be written there.</summary>
    /// <exception cref="AmendException">It cannot.</exception>
    public static void CheckWritable(string folder)
    {
        Make(folder);
        var probe = Path.Combine(folder, ".amend-probe");
        AtomicFile.WriteAllText(probe, "");
        File.Delete(probe);
    }
}
