using Amend.Tensors;

namespace Amend.Server.Security;

/// <summary>A folder that its owner alone may read.</summary>
internal static class OwnedFolder
{
    /// <summary>Makes it where it is not there.</summary>
    /// <exception cref="AmendException">It cannot be made.</exception>
    public static void Make(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"'{path}' cannot be made ({e.Message.TrimEnd('.')}); set AMEND_HOME to another folder.", e);
        }
    }
}
