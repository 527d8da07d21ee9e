using Amend.Evaluation.Runs;
using Amend.Evaluation.Tests.Reports;
using Amend.Tensors;
using Microsoft.Data.Sqlite;

namespace Amend.Evaluation.Tests.Runs;

public sealed class RunDatabaseTests : IDisposable
{
    private static readonly RunDescription Run = SampleRun.Make().Run;
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"threads\":2", "\"threads\":64")]
    [InlineData("\"editor\":\"none\",", "\"editor\":\"none\",\"is_unedited\":true,")]
    public void Another_machine_or_an_earlier_build_makes_no_other_run(string text, string by)
    {
        RunDatabase.Open(Path, Run).Dispose();
        Describe(text, by);

        RunDatabase.Open(Path, Run).Dispose();
    }

    [Fact]
    public void What_differs_is_named_with_both_values()
    {
        RunDatabase.Open(Path, Run).Dispose();
        Describe("\"seed\":3", "\"seed\":4");

        var error = Assert.Throws<AmendException>(() => RunDatabase.Open(Path, Run));

        Assert.Contains("its seed is 4, and 3 was asked; give another --out", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1, 7, null)]
    [InlineData(true, 1, null, null)]
    [InlineData(true, 2, 6, null)]
    [InlineData(true, 1, 3, "its cases is 4, and 3 was asked")]
    [InlineData(true, 3, 7, "its cases is 4, and 7 was asked")]
    [InlineData(false, 1, 7, "its cases is 4, and 7 was asked")]
    public void More_cases_are_the_same_run_where_it_holds_whole_batches_that_were_taken_back(
        bool takesBack, int size, int? cases, string? refused)
    {
        var asked = Run with { Cases = 4, BatchSize = size, TakesBatchesBack = takesBack };
        RunDatabase.Open(Path, asked).Dispose();

        var error = Record.Exception(() => RunDatabase.Open(Path, asked with { Cases = cases }).Dispose());

        Assert.Equal(refused is null, error is null);
        Assert.Contains(refused ?? "", error?.Message ?? "", StringComparison.Ordinal);
        RunDatabase.Open(Path, asked with { Cases = refused is null ? cases : 4 }).Dispose();
    }

    [Fact]
    public void More_cases_of_another_run_are_another_run()
    {
        RunDatabase.Open(Path, Run with { Cases = 4, TakesBatchesBack = true }).Dispose();

        Assert.Throws<AmendException>(() => RunDatabase.Open(Path, Run with { Cases = 7, Seed = 9, TakesBatchesBack = true }));
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        File.WriteAllText(Path, new string('x', 5000));

        Assert.Contains(Path, Assert.Throws<AmendException>(() => RunDatabase.Open(Path, Run)).Message, StringComparison.Ordinal);
        File.Delete(Path);
        RunDatabase.Open(Path, Run).Dispose();
    }

    private void Describe(string text, string by)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE run SET description = replace(description, $1, $2) WHERE instr(description, $1) > 0";
        command.Parameters.AddWithValue("$1", text);
        command.Parameters.AddWithValue("$2", by);
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
