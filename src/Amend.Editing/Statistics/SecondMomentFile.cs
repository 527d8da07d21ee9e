namespace Amend.Editing.Statistics;

/// <summary>A statistics file as it is on disk at a moment.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Written">When it was written last.</param>
internal readonly record struct SecondMomentFile(string Path, DateTime Written)
{
    /// <summary>A file as it is now.</summary>
    public static SecondMomentFile Now(string path) => new(path, File.GetLastWriteTimeUtc(path));
}
