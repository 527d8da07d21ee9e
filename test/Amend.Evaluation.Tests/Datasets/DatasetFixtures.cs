using Amend.Evaluation.Datasets;

namespace Amend.Evaluation.Tests.Datasets;

/// <summary>The small files of <c>test/fixtures/datasets</c>, one a form.</summary>
internal static class DatasetFixtures
{
    private static readonly string Folder = Path.Combine(RepositoryRoot(), "test", "fixtures", "datasets");

    public static TheoryData<string> Formats => [.. BuiltInDatasets.All.Select(dataset => dataset.Name)];

    public static string Of(string format) => Directory.GetFiles(Folder, $"{format}.json*").Single();

    public static string Expected(string format) => Path.Combine(Folder, $"{format}.expected.jsonl");

    /// <summary>The records of a form's file, one text each; every fixture has one a line.</summary>
    public static string[] Records(string format) =>
        [.. File.ReadAllLines(Of(format)).Where(line => line.StartsWith('{')).Select(line => line.TrimEnd(','))];

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Amend.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException(
                $"No folder above '{AppContext.BaseDirectory}' holds Amend.slnx.");
        return folder;
    }
}
