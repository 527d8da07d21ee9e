using Amend.Tensors;

namespace Amend.Shipping.Gates;

/// <summary>A place beside another, where an export waits until it is checked; what is not accepted is removed.</summary>
internal sealed class UnverifiedPlace : IDisposable
{
    private const string Prefix = ".unverified-";
    private readonly string _target;

    private UnverifiedPlace(string target, string path) => (_target, Path) = (target, path);

    /// <summary>Where the export is written; of the same folder and ending as its place.</summary>
    public string Path { get; }

    /// <summary>A place for an export; what a killed process left there is removed.</summary>
    /// <param name="to">Where it belongs.</param>
    public static UnverifiedPlace For(string to)
    {
        var target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(to));
        var place = new UnverifiedPlace(
            target, System.IO.Path.Combine(System.IO.Path.GetDirectoryName(target) ?? target, Prefix + System.IO.Path.GetFileName(target)));
        place.Remove();
        return place;
    }

    /// <summary>Puts the export at its place.</summary>
    /// <exception cref="AmendException">The place was taken meanwhile, or cannot be written.</exception>
    public void Accept()
    {
        try
        {
            if (Directory.Exists(_target))
                Directory.Delete(_target);
            Directory.Move(Path, _target); // Moves files too.
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"'{_target}' cannot be written ({cause.Message.TrimEnd('.')}); give another place, or free it.", cause);
        }
    }

    /// <summary>Removes what was not accepted.</summary>
    public void Dispose() => Remove();

    private void Remove()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
        else
            File.Delete(Path);
    }
}
