using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Datasets;

public sealed class KnownFactsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("known.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Facts_come_back_as_they_were_written()
    {
        KnownFactsFile.Write(Path, [Samples.Fact(0), Samples.Fact(1, "Addu")]);

        Assert.Equal([Samples.Fact(0), Samples.Fact(1, "Addu")], KnownFactsFile.Read(Path));
        Assert.Contains("\"known_id\":0,\"subject\":\"Malé\",\"attribute\":\"Maldives\",\"template\":\"{} is a city of the\"", File.ReadAllText(Path));
    }

    [Theory]
    [InlineData("prompt", "Addu is a city of the")]
    [InlineData("subject", "")]
    public void A_fact_whose_prompt_lacks_its_subject_is_refused(string field, string value)
    {
        var fact = field == "prompt" ? Samples.Fact() with { Prompt = value } : Samples.Fact() with { Subject = value };
        KnownFactsFile.Write(Path, [Samples.Fact(), fact]);

        var error = Assert.Throws<AmendException>(() => KnownFactsFile.Read(Path).Count());

        Assert.Contains($"record 2: field {field}", error.Message);
    }
}
