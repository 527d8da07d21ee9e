using Amend.Tensors;

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
}
