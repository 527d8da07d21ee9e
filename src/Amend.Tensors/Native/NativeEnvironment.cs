using System.Runtime.InteropServices;

namespace Amend.Tensors.Native;

/// <summary>The environment that native libraries read; .NET's own setter changes only its managed copy.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable for native code unless the user has set it.</summary>
    public static void SetIfUnset(string name, string value)
    {
        _ = SetEnv(name, value, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
