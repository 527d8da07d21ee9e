using Amend.Evaluation.Datasets;
using Amend.Evaluation.Orders;
using Amend.Server.Problems;
using Amend.Tensors;

namespace Amend.Server.Security;

/// <summary>
/// What of the disk requests may name: suites that come with the program by their names, files under the folders that were named at the
/// start, and new places under one folder for exports.
/// </summary>
/// <param name="readable">The folders whose files may be read; none by default.</param>
/// <param name="exports">The folder under which exports are made.</param>
public sealed class AllowedFolders(IReadOnlyList<string> readable, string exports) : IOrderFiles
{
    /// <summary>A data set by its suite's name, or as <c>FORMAT:PATH</c> with a path under a readable folder.</summary>
    /// <exception cref="AmendException">There is no such data set, or it lies elsewhere.</exception>
    public DatasetSource Data(string name)
    {
        var colon = name.IndexOf(':');
        if (IsPlainName(name))
            return EmbeddedSuites.Locator.Find(name);
        if (colon <= 0)
            throw Elsewhere(name);
        return EmbeddedSuites.Locator.Find($"{name[..colon]}:{Readable(name[(colon + 1)..])}");
    }

    /// <inheritdoc/>
    public string File(string path) => Readable(path);

    /// <inheritdoc/>
    public string Place(string path) => Readable(path);

    /// <summary>The whole path of a file or folder under a readable folder, with its links followed.</summary>
    /// <exception cref="AmendException">It is not there, or lies elsewhere.</exception>
    public string Readable(string path)
    {
        foreach (var root in readable.Select(Path.GetFullPath))
        {
            if (path.Contains('\0'))
                break;
            var whole = Path.GetFullPath(path, root);
            if (IsUnder(whole, root) && Path.Exists(whole) && IsUnder(Followed(whole), Followed(root)))
                return whole;
        }

        throw Elsewhere(path);
    }

    /// <summary>
    /// A setting's value as it may be given to an editor, some of which take a file for a name: what could name one lies under a readable
    /// folder.
    /// </summary>
    /// <exception cref="AmendException">It names a file elsewhere.</exception>
    public string Setting(string value) => value.IndexOfAny(['/', '\\', '\0']) >= 0 || Path.Exists(value) ? Readable(value) : value;

    /// <summary>A new place for an export.</summary>
    /// <param name="name">Its name: letters, digits, dots, dashes.</param>
    /// <exception cref="AmendException">The name is none.</exception>
    public string NewExport(string name)
    {
        if (!IsPlainName(name))
        {
            throw new AmendException(
                $"An export was to have a name of {name.Length} characters that is no plain one; give letters, digits, dots and dashes, "
                + "none of them a dot in front.");
        }

        Directory.CreateDirectory(exports);
        return Path.Combine(exports, name);
    }

    private static bool IsPlainName(string text)
    {
        const int Longest = 100;
        return text.Length is > 0 and <= Longest
            && text[0] != '.'
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');
    }

    private static bool IsUnder(string path, string root) =>
        path == root || path.StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>A path with every link on it followed.</summary>
    private static string Followed(string path)
    {
        var folder = Path.GetDirectoryName(path);
        var whole = folder is null ? path : Path.Combine(Followed(folder), Path.GetFileName(path));
        FileSystemInfo found = Directory.Exists(whole) ? new DirectoryInfo(whole) : new FileInfo(whole);
        return found.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Followed(target.FullName) : whole;
    }

    private static RefusedException Elsewhere(string text)
    {
        const int MostShown = 80;
        var shown = text.Length > MostShown ? text[..MostShown] + "…" : text;
        return new(Refusal.BadRequest(
            $"'{shown}' is no suite and no file under the folders that this server may read; name a suite, such as atlas-counterfact."));
    }
}
