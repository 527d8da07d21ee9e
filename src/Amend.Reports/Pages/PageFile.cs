using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tracing.Results;

namespace Amend.Reports.Pages;

/// <summary>A page as a file, written beside its place and renamed.</summary>
public static class PageFile
{
    /// <summary>Tries the place before the work, so that one that cannot be written costs no time.</summary>
    /// <exception cref="AmendException">A folder is there, or the place cannot be written to.</exception>
    public static void CheckWritable(string path)
    {
        if (Directory.Exists(path))
        {
            throw new AmendException(
                $"'{path}' is a folder, and the page is one file; name the file, such as '{Path.Join(path, "page.html")}'.");
        }

        OutputFolder.CheckWritable(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Writes the page.</summary>
    /// <exception cref="AmendException">The place cannot be written to, or the disk is full.</exception>
    public static void Write(string path, HtmlPage page) => AtomicFile.WriteAllText(path, page.ToString());
}
