using System.Text.Json;
using Amend.Tensors;

namespace Amend.Editing.Statistics;

/// <summary>
/// Text files as passages: of a <c>.jsonl</c> file the field <c>text</c> of each line, of any other each line. A folder stands for
/// all its <c>.txt</c>, <c>.md</c> and <c>.jsonl</c> files, those below it too, in the ordinal order of their paths.
/// </summary>
public sealed class PassageFiles
{
    private const string Json = ".jsonl";
    private const string Field = "text";
    private static readonly string[] Extensions = [".txt", ".md", Json];
    private readonly List<string> _files;

    private PassageFiles(List<string> files) => _files = files;

    /// <summary>The files, in the order in which they are read.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Finds the files of paths, which may be files of any name or folders.</summary>
    /// <exception cref="AmendException">A path is not there, a folder has no text file, or a file is named twice.</exception>
    public static PassageFiles Find(IReadOnlyList<string> paths)
    {
        List<string> files = [.. paths.SelectMany(FilesOf)];
        return files.GroupBy(file => file).FirstOrDefault(group => group.Count() > 1) is { Key: var twice }
            ? throw new AmendException($"The text '{twice}' was given twice; give each file once, alone or by its folder.")
            : new PassageFiles(files);
    }

    /// <summary>The passages; each enumeration reads the files again.</summary>
    /// <exception cref="AmendException">While reading: a file is no text, or a line of a .jsonl file has no text field.</exception>
    public IEnumerable<TextPassage> Read()
    {
        foreach (var file in _files)
        {
            var (isJson, number) = (Path.GetExtension(file) == Json, 0);
            foreach (var line in File.ReadLines(file))
            {
                number++;
                if (line.Contains('\0', StringComparison.Ordinal))
                    throw new AmendException($"Line {number} of '{file}' holds a zero byte, so it is no text; give UTF-8 text files.");
                yield return new TextPassage(isJson ? TextOf(line, file, number) : line, number == 1);
            }
        }
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
            return [full];
        if (!Directory.Exists(full))
            throw new AmendException($"There is no text file or folder '{full}'; give a file with one passage a line, or a folder of such files.");
        string[] found =
        [
            .. Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories)
                .Where(file => Extensions.Contains(Path.GetExtension(file)))
                .OrderBy(file => Path.GetRelativePath(full, file).Replace('\\', '/'), StringComparer.Ordinal),
        ];
        return found.Length > 0 ? found : throw new AmendException($"The folder '{full}' has no {string.Join(", ", Extensions)} file; give a folder of text files.");
    }

    private static string TextOf(string line, string file, int number)
    {
        if (string.IsNullOrWhiteSpace(line))
            return "";
        try
        {
            using var record = JsonDocument.Parse(line);
            if (record.RootElement.ValueKind == JsonValueKind.Object && record.RootElement.TryGetProperty(Field, out var text) && text.ValueKind == JsonValueKind.String)
                return text.GetString()!;
        }
        catch (JsonException cause)
        {
            throw new AmendException($"Line {number} of '{file}' is not valid JSON ({cause.Message.TrimEnd('.')}); give one JSON object a line.", cause);
        }

        throw new AmendException($"Line {number} of '{file}' has no text in a field '{Field}'; give one JSON object with it a line.");
    }
}
