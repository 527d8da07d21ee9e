using System.Text.Json;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Editing.Statistics;

/// <summary>
/// Text files as passages: of JSON Lines the field <c>text</c> of each line, of a JSON list that of each record, of any other file
/// each line. What a file is, its content says, whatever its name; one that gzip has compressed is what is in it. A folder stands
/// for all its <c>.txt</c>, <c>.md</c> and <c>.jsonl</c> files, compressed or not, those below it too, in the ordinal order of their
/// paths.
/// </summary>
public sealed class PassageFiles
{
    private const string Json = ".json";
    private const string JsonLines = ".jsonl";
    private const string Field = "text";
    private static readonly string[] Extensions = [".txt", ".md", JsonLines];
    private readonly List<string> _files;

    private PassageFiles(List<string> files, IReadOnlyList<string> passedOver) => (_files, PassedOver) = (files, passedOver);

    /// <summary>The files, in the order in which they are read.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Files of the folders that are not read, since their names are not those of texts.</summary>
    public IReadOnlyList<string> PassedOver { get; }

    /// <summary>Finds the files of paths, which may be files of any name or folders.</summary>
    /// <exception cref="AmendException">A path is not there, a folder has no text file, or a file is named twice.</exception>
    public static PassageFiles Find(IReadOnlyList<string> paths)
    {
        var found = paths.Select(FilesOf).ToList();
        List<string> files = [.. found.SelectMany(one => one.Texts)];
        return files.GroupBy(file => file).FirstOrDefault(group => group.Count() > 1) is { Key: var twice }
            ? throw new AmendException($"The text '{twice}' was given twice; give each file once, alone or by its folder.")
            : new PassageFiles(files, [.. found.SelectMany(one => one.Others).Except(files)]);
    }

    /// <summary>The passages; each enumeration reads the files again.</summary>
    /// <exception cref="AmendException">While reading: a file is no text, or a record of one has no text field.</exception>
    public IEnumerable<TextPassage> Read() => _files.SelectMany(file => TextsOf(file).Select((text, at) => new TextPassage(text, at == 0)));

    private static (IReadOnlyList<string> Texts, IReadOnlyList<string> Others) FilesOf(string path)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
            return ([full], []);
        if (!Directory.Exists(full))
        {
            throw new AmendException(
                $"There is no text file or folder '{full}'; give a file with one passage a line, or a folder of such files.");
        }

        var found = Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories)
            .OrderBy(file => Path.GetRelativePath(full, file).Replace('\\', '/'), StringComparer.Ordinal)
            .ToLookup(file => Extensions.Contains(ExtensionOf(file)));
        return found[true].Any()
            ? ([.. found[true]], [.. found[false]])
            : throw new AmendException($"The folder '{full}' has no {string.Join(", ", Extensions)} file; give a folder of text files.");
    }

    private static IEnumerable<string> TextsOf(string file)
    {
        var (name, first) = (ExtensionOf(file), FirstLetter(file));
        if (name != JsonLines && first == '[' && (name == Json || HasRecords(ListedIn(file))))
            return ListedIn(file);
        return name is Json or JsonLines || (first == '{' && HasRecords(Records(file))) ? Records(file) : Lines(file);
    }

    private static string ExtensionOf(string file) => Path.GetExtension(TextFile.PlainName(file));

    /// <summary>A list may be one line of any length, so no line is read for this.</summary>
    private static char FirstLetter(string file)
    {
        using var reader = new StreamReader(TextFile.Open(file));
        var letter = ' ';
        while (char.IsWhiteSpace(letter) && reader.Read() is >= 0 and var read)
            letter = (char)read;
        return letter;
    }

    private static bool HasRecords(IEnumerable<string> texts)
    {
        try
        {
            return texts.Any(text => text.Length > 0);
        }
        catch (AmendException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Lines(string file) => TextFile.ReadLines(file).Select(
        (line, at) => line.Contains('\0', StringComparison.Ordinal)
            ? throw new AmendException($"Line {at + 1} of '{file}' holds a zero byte, so it is no text; give UTF-8 text files.")
            : line);

    private static IEnumerable<string> Records(string file) =>
        Lines(file).Select((line, at) => string.IsNullOrWhiteSpace(line) ? "" : TextOf(line, file, at + 1));

    /// <summary>The texts of a list of records, which is read as it comes and never held as a whole.</summary>
    private static IEnumerable<string> ListedIn(string file)
    {
        using var stream = TextFile.Open(file);
        using var records = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream).ToBlockingEnumerable().GetEnumerator();
        for (var number = 1; IsNext(); number++)
            yield return TextOf(records.Current) ?? throw NoText($"Record {number} of '{file}'", "a record");

        bool IsNext()
        {
            try
            {
                return records.MoveNext();
            }
            catch (JsonException cause)
            {
                throw new AmendException(
                    $"'{file}' is not a valid JSON list ({cause.Message.TrimEnd('.')}); "
                    + "give a list of JSON objects, or one object a line.",
                    cause);
            }
        }
    }

    private static string TextOf(string line, string file, int number)
    {
        try
        {
            using var record = JsonDocument.Parse(line);
            return TextOf(record.RootElement) ?? throw NoText($"Line {number} of '{file}'", "a line");
        }
        catch (JsonException cause)
        {
            throw new AmendException(
                $"Line {number} of '{file}' is not valid JSON ({cause.Message.TrimEnd('.')}); give one JSON object a line.",
                cause);
        }
    }

    private static string? TextOf(JsonElement record) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(Field, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    private static AmendException NoText(string place, string each) =>
        new($"{place} has no text in a field '{Field}'; give one JSON object with it {each}.");
}

/// <summary>A text that statistics are collected from, cut to the sequence length as a whole: a line, or a record's text.</summary>
/// <param name="Text">The text; it may be blank.</param>
/// <param name="BeginsFile">Whether it is the first of a file.</param>
public readonly record struct TextPassage(string Text, bool BeginsFile)
{
    /// <summary>The lines of one text.</summary>
    public static IEnumerable<TextPassage> Of(IEnumerable<string> lines) => lines.Select((line, at) => new TextPassage(line, at == 0));
}
