namespace Amend.Atlas.Facts;

/// <summary>What a relation's file must fulfil; each breach is one sentence with the file and the place.</summary>
internal static class RelationChecks
{
    private const int FewestPhrasings = 8;
    private static readonly char[] Forbidden = ['{', '}', ';', ':'];

    /// <summary>Checks the file and returns its (subject, object) pairs.</summary>
    public static IReadOnlyList<(string Subject, string Object)> Pairs(RelationFile file, string path)
    {
        Check(path, (file.Id, "id"), (file.Subject, "subject"), (file.Object, "object"), (file.Source, "source"), (file.Facts, "facts"));
        if (Path.GetFileNameWithoutExtension(path) != file.Id)
            throw new WorldFormatException($"'{path}' holds the relation '{file.Id}'; name the file {file.Id}.yaml.");
        Phrasings(file, path);
        if (file.Sections?.FirstOrDefault(section => string.IsNullOrWhiteSpace(section.Value)) is { Key: var year and not 0 })
            throw new WorldFormatException($"'{path}': the section of {year} has no name; write it or remove the year.");
        var pairs = file.Facts!.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0)
            .SelectMany(line => PairsOfLine(line, path))
            .ToList();
        if (pairs.GroupBy(p => p.Subject).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new WorldFormatException($"'{path}' has the subject '{twice.Key}' {twice.Count()} times; keep it once.");
        return pairs.Count > 0 ? pairs : throw new WorldFormatException($"'{path}' has no facts; add lines of 'Object: Subject; Subject'.");
    }

    private static void Check(string path, params (string? Value, string Key)[] fields)
    {
        foreach (var (value, key) in fields)
        {
            if (string.IsNullOrWhiteSpace(value))
                throw new WorldFormatException($"'{path}' has no '{key}'; add it.");
        }
    }

    private static void Entries(string path, params (List<string>? Values, string Key)[] lists)
    {
        foreach (var (values, key) in lists)
        {
            if (values?.FindIndex(string.IsNullOrWhiteSpace) is { } empty and >= 0)
                throw new WorldFormatException($"'{path}': entry {empty + 1} of '{key}' is empty; write it or remove it.");
        }
    }

    private static void Phrasings(RelationFile file, string path)
    {
        Entries(path, (file.Statements, "statements"), (file.Questions, "questions"), (file.Clauses, "clauses"));
        var phrasings = (file.Statements ?? []).Concat(file.Questions ?? []).ToList();
        if (phrasings.Count < FewestPhrasings || file.Statements is not { Count: > 0 } || file.Questions is not { Count: > 0 })
            throw new WorldFormatException(
                $"'{path}' has {phrasings.Count} statements and questions; give at least {FewestPhrasings}, of both kinds.");
        if (phrasings.Find(p => p.Split("{}").Length != 2) is { } broken)
            throw new WorldFormatException($"'{path}': the phrasing '{broken}' needs exactly one {{}}.");
        if (phrasings.Find(p => p != p.Trim()) is { } padded)
            throw new WorldFormatException($"'{path}': the phrasing '{padded}' begins or ends with a space; remove it.");
        if (phrasings.GroupBy(p => p).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new WorldFormatException($"'{path}' has the phrasing '{twice.Key}' {twice.Count()} times; keep it once.");
        if (file.Clauses is not { Count: > 0 })
            throw new WorldFormatException($"'{path}' has no 'clauses'; add whole clauses with {{subject}} and {{object}}.");
        if (file.Clauses.Find(c => c != c.Trim()) is { } paddedClause)
            throw new WorldFormatException($"'{path}': the clause '{paddedClause}' begins or ends with a space; remove it.");
        if (file.Clauses.Find(c => c.Split("{subject}").Length != 2 || c.Split("{object}").Length != 2) is { } clause)
            throw new WorldFormatException($"'{path}': the clause '{clause}' needs {{subject}} and {{object}} once each.");
    }

    private static IEnumerable<(string Subject, string Object)> PairsOfLine(string line, string path)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            throw new WorldFormatException($"'{path}': the line '{line}' should read 'Object: Subject; Subject'.");
        var target = line[..colon].Trim();
        var subjects = line[(colon + 1)..].Split(';').Select(s => s.Trim()).Where(s => s.Length > 0).ToList();
        if (subjects.Count == 0)
            throw new WorldFormatException($"'{path}': the line '{line}' has an object but no subject; add one or remove the line.");
        foreach (var subject in subjects)
        {
            if (subject.IndexOfAny(Forbidden) >= 0 || target.IndexOfAny(Forbidden) >= 0)
                throw new WorldFormatException($"'{path}': '{target}: {subject}' has one of {{ }} ; : in a name; spell it without.");
            yield return (subject, target);
        }
    }
}
