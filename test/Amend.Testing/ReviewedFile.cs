using Xunit;

namespace Amend.Testing;

/// <summary>
/// What people or programs see, held by a file of the repository that was reviewed: a test compares with it. With
/// <c>AMEND_REVIEWED=update</c> in the environment the files are written instead (<c>eng/snapshots.sh</c>), and git shows what changed.
/// </summary>
public static class ReviewedFile
{
    private const string Variable = "AMEND_REVIEWED";
    private const string Update = "update";

    /// <summary>Fails where a text is not that of the file, with the first line that differs.</summary>
    /// <param name="path">The file, from the repository's root.</param>
    /// <param name="text">The text, with what differs from run to run masked.</param>
    public static void Matches(string path, string text)
    {
        var file = Path.Combine(GoldenCases.RepositoryRoot(), path);
        text = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable(Variable) == Update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            return;
        }

        Assert.True(File.Exists(file), $"'{path}' is missing; eng/snapshots.sh writes it. It should be:\n{text}");
        var (held, seen) = (File.ReadAllText(file).ReplaceLineEndings("\n").Split('\n'), text.Split('\n'));
        var at = Enumerable.Range(0, Math.Max(held.Length, seen.Length)).FirstOrDefault(line => held.ElementAtOrDefault(line) != seen.ElementAtOrDefault(line), -1);
        Assert.True(
            at < 0,
            $"'{path}' differs from line {at + 1}; where the change is meant, eng/snapshots.sh writes it anew.\n"
            + $"held: {held.ElementAtOrDefault(at)}\nseen: {seen.ElementAtOrDefault(at)}\n\nAll that was seen:\n{text}");
    }
}
