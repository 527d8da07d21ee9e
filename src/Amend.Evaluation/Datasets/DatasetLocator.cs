using Amend.Tensors;

namespace Amend.Evaluation.Datasets;

/// <summary>Finds what to read by a suite's name or by <c>FORMAT:PATH</c>.</summary>
/// <param name="suitesFolder">The folder of the suites that have names: JSON files in CounterFact's or known_1000's form, perhaps with
/// snippets beside them, and JSON Lines in Amend's. A suite in parts is named <c>NAME.PART</c>; <c>NAME</c> alone is its part
/// <c>dev</c>.</param>
public sealed class DatasetLocator(string suitesFolder)
{
    private const int LongestDrive = 1;
    private static readonly string[] Endings = [".json", SuiteForm.Lines, $".dev{SuiteForm.Lines}"];

    /// <summary>The names of the suites that there are.</summary>
    public IReadOnlyList<string> Suites => !Directory.Exists(suitesFolder)
        ? []
        :
        [
            .. Directory.GetFiles(suitesFolder).Where(path => Path.GetExtension(path) is ".json" or SuiteForm.Lines).Where(IsSuite)
                .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
        ];

    /// <summary>The file and form of a text.</summary>
    /// <param name="text">A suite's name, such as <c>atlas-counterfact</c>; or a form and a file, such as <c>zsre:eval.json</c>.</param>
    /// <exception cref="AmendException">There is no such suite, form or file.</exception>
    public DatasetSource Find(string text)
    {
        if (Path.GetFileName(text) == text && Endings.Select(ending => Path.Combine(suitesFolder, text + ending))
            .FirstOrDefault(path => IsSuite(path) && File.Exists(path)) is { } suite)
            return new DatasetSource(SuiteForm.Of(suite), suite);
        var colon = text.IndexOf(':');
        if (colon > LongestDrive)
            return new DatasetSource(BuiltInDatasets.Find(text[..colon]), Existing(text[(colon + 1)..], text));
        if (File.Exists(text))
            throw new AmendException($"'{text}' is a file without its form; write FORMAT:{text} with one of {Forms()}.");
        throw new AmendException(
            $"There is no suite '{text}'; suites are {(Suites.Count > 0 ? string.Join(", ", Suites) : "none")}, "
            + $"and other data is given as FORMAT:PATH with one "
            + $"of {Forms()}.");
    }

    private static string Existing(string path, string text) => File.Exists(path)
        ? path
        : throw new AmendException($"The file '{path}' of '{text}' does not exist; give the path of a data set after the first colon.");

    private static string Forms() => string.Join(", ", BuiltInDatasets.All.Select(dataset => dataset.Name));

    private static bool IsSuite(string path) => !path.EndsWith(AttributeSnippetsFile.Ending, StringComparison.OrdinalIgnoreCase);

}
