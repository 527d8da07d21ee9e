using System.Text;
using System.Text.Json;
using Amend.Tensors.Files;

namespace Amend.Models.Configuration;

/// <summary>Reads the small files of a model folder. Git LFS pointers are refused, and JSON is read as Python writes it.</summary>
internal static class ModelFile
{
    /// <summary>The numbers that Python's <c>json</c> writes and reads though JSON has none, the longest first.</summary>
    private static readonly byte[][] PythonNumbers = ["-Infinity"u8.ToArray(), "Infinity"u8.ToArray(), "NaN"u8.ToArray()];

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="ModelFormatException">The file is a Git LFS pointer.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        RefusePointer(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>The text of a file in UTF-8.</summary>
    /// <exception cref="ModelFormatException">The file is a Git LFS pointer.</exception>
    public static string ReadAllText(string path)
    {
        RefusePointer(path);
        return File.ReadAllText(path);
    }

    /// <summary>The lines of a file in UTF-8.</summary>
    /// <exception cref="ModelFormatException">The file is a Git LFS pointer.</exception>
    public static string[] ReadAllLines(string path)
    {
        RefusePointer(path);
        return File.ReadAllLines(path);
    }

    /// <summary>
    /// The JSON of a file; the caller disposes. <c>NaN</c> and <c>Infinity</c>, which Python writes, are read as texts: they do no
    /// harm where no one asks for them, and who asks for a number names the field.
    /// </summary>
    /// <exception cref="JsonException">The file is no JSON.</exception>
    /// <exception cref="ModelFormatException">The file is a Git LFS pointer.</exception>
    public static JsonDocument ParseJson(string path)
    {
        var json = ReadAllBytes(path);
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException) when (QuotePythonNumbers(json) is { Length: var length } quoted && length > json.Length)
        {
            return JsonDocument.Parse(quoted);
        }
    }

    /// <summary>The JSON of a file, with one sentence where it is none; the caller disposes.</summary>
    /// <exception cref="ModelFormatException">The file is no JSON or a Git LFS pointer.</exception>
    public static JsonDocument ParseConfiguration(string path)
    {
        try
        {
            return ParseJson(path);
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"'{path}' is not valid JSON ({e.Message}); download it again.", e);
        }
    }

    private static void RefusePointer(string path)
    {
        if (GitLfsPointer.IsAt(path))
            throw new ModelFormatException(GitLfsPointer.Describe(path));
    }

    private static byte[] QuotePythonNumbers(ReadOnlySpan<byte> json)
    {
        using var quoted = new MemoryStream(json.Length + 64);
        for (var at = 0; at < json.Length;)
        {
            var length = json[at] == '"' ? TextLength(json[at..]) : PythonNumberLength(json[at..]);
            if (length > 0 && json[at] != '"')
                quoted.Write(Encoding.ASCII.GetBytes($"\"{Encoding.ASCII.GetString(json.Slice(at, length))}\""));
            else
                quoted.Write(json.Slice(at, Math.Max(length, 1)));
            at += Math.Max(length, 1);
        }

        return quoted.ToArray();
    }

    private static int PythonNumberLength(ReadOnlySpan<byte> rest)
    {
        foreach (var number in PythonNumbers)
        {
            if (rest.StartsWith(number))
                return number.Length;
        }

        return 0;
    }

    /// <summary>The bytes of the quoted text at the front, with its quotes.</summary>
    private static int TextLength(ReadOnlySpan<byte> rest)
    {
        var at = 1;
        while (at < rest.Length && rest[at] != '"')
            at += rest[at] == '\\' ? 2 : 1;
        return Math.Min(at + 1, rest.Length);
    }
}
