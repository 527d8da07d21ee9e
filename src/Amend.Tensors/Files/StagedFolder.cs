using System.Text;

namespace Amend.Tensors.Files;

/// <summary>
/// A folder that is written beside its place and renamed once it is whole: what is at its place is there whole or not at all. What a killed
/// process had written of the same content is gone on with, file by file.
/// </summary>
public sealed class StagedFolder : IDisposable
{
    private const string Suffix = ".amend-part";
    private const string ContentFile = ".content";

    private readonly string _target;
    private FileStream? _held;

    private StagedFolder(string target, string path, FileStream held) => (_target, Path, _held) = (target, path, held);

    /// <summary>Where its files are while it is written.</summary>
    public string Path { get; }

    /// <summary>Refuses a place where something is; an empty folder is nothing.</summary>
    /// <param name="target">The place.</param>
    /// <exception cref="AmendException">A file is there, or a folder that holds something.</exception>
    public static void RefuseTaken(string target)
    {
        if (File.Exists(target))
            throw new AmendException($"'{target}' was asked as a folder and is a file; give a folder that does not exist yet.");
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Count() is > 0 and var count)
        {
            throw new AmendException(
                $"'{target}' is there already and holds {count} files or folders; give a folder that does not exist yet.");
        }
    }

    /// <summary>Begins a folder, or goes on with one that a killed process left; the caller disposes.</summary>
    /// <param name="target">Its place; nothing, or an empty folder, in a folder that exists or can be made.</param>
    /// <param name="content">What it will hold, in words that differ where the content differs.</param>
    /// <exception cref="AmendException">The place is taken or cannot be written, or another process is writing it.</exception>
    public static StagedFolder Begin(string target, string content)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));
        RefuseTaken(target);
        var path = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(full) ?? full, $".{System.IO.Path.GetFileName(full)}{Suffix}");
        try
        {
            Directory.CreateDirectory(path);
            var held = HeldFile.TryHold(System.IO.Path.Combine(path, ContentFile))
                ?? throw new AmendException($"Another process is writing '{target}' ('{path}'); wait for it, or give another folder.");
            return new StagedFolder(full, path, OfContent(held, path, content));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(target, cause);
        }
    }

    /// <summary>Writes one of its files, unless a process before has.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="write">Writes it at the path that it is given, whole or not at all.</param>
    public void Add(string name, Action<string> write)
    {
        var path = System.IO.Path.Combine(Path, name);
        if (!File.Exists(path))
            write(path);
    }

    /// <summary>Copies a file into it byte for byte.</summary>
    /// <exception cref="AmendException">It cannot be read or written.</exception>
    public void AddCopy(string file) => Add(System.IO.Path.GetFileName(file), path => AtomicFile.Write(path, stream =>
    {
        using var from = File.OpenRead(file);
        from.CopyTo(stream);
    }));

    /// <summary>Puts the folder at its place.</summary>
    /// <exception cref="AmendException">The place was taken meanwhile, or cannot be written.</exception>
    public void Complete()
    {
        RefuseTaken(_target);
        try
        {
            Dispose();
            File.Delete(System.IO.Path.Combine(Path, ContentFile));
            if (Directory.Exists(_target))
                Directory.Delete(_target);
            Directory.Move(Path, _target);
            FolderSync.Flush(System.IO.Path.GetDirectoryName(_target)!);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(_target, cause);
        }
    }

    /// <summary>Lets go of it; what is written stays for one who begins it again.</summary>
    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }

    /// <summary>Takes over what is there if it is of the same content, else empties the folder.</summary>
    private static FileStream OfContent(FileStream held, string path, string content)
    {
        try
        {
            using var reader = new StreamReader(held, Encoding.UTF8, leaveOpen: true);
            if (reader.ReadToEnd() != content)
            {
                foreach (var file in Directory.EnumerateFiles(path).Where(file => System.IO.Path.GetFileName(file) != ContentFile))
                    File.Delete(file);
                held.SetLength(0);
                held.Write(Encoding.UTF8.GetBytes(content));
                held.Flush(flushToDisk: true);
            }

            AtomicFile.DeleteTorn(path);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static AmendException NotWritable(string target, Exception cause) => new(
        $"'{target}' cannot be written ({cause.Message.TrimEnd('.')}); free space, or give a folder in one that is writable.", cause);
}
