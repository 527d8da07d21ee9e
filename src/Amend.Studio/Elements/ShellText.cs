namespace Amend.Studio.Elements;

/// <summary>A command as a shell takes it.</summary>
public static class ShellText
{
    /// <summary>Words of a command on a line; those that a shell would read otherwise are quoted.</summary>
    public static string Join(params IEnumerable<string?> words) => string.Join(' ', words.OfType<string>().Select(Word));

    /// <summary>An option with its value, where it has one.</summary>
    public static IEnumerable<string> Option(string name, string? value) => string.IsNullOrEmpty(value) ? [] : [name, value];

    private static string Word(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=@,+".Contains(letter))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";
}
