namespace Amend.Cluster.Database;

/// <summary>Files that are there for a moment, for what reads and writes files alone.</summary>
internal static class TemporaryFile
{
    /// <summary>The bytes of what is written to a path.</summary>
    public static byte[] Of(Action<string> write) => At(path =>
    {
        write(path);
        return File.ReadAllBytes(path);
    });

    /// <summary>What is read from a path that has these bytes.</summary>
    public static T With<T>(byte[] bytes, Func<string, T> read) => At(path =>
    {
        File.WriteAllBytes(path, bytes);
        return read(path);
    });

    private static T At<T>(Func<string, T> action)
    {
        var path = Path.Combine(Path.GetTempPath(), $"amend-{Guid.NewGuid():N}.safetensors");
        try
        {
            return action(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
