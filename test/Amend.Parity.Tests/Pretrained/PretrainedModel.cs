using Amend.Models;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>
/// SmolLM2-135M-Instruct, which is too large for the repository, and the golden states that were made with it. Loaded once for the
/// tests of a class; they are skipped where the model or the golden files are not at hand.
/// </summary>
public sealed class PretrainedModel : IDisposable
{
    /// <summary>The environment variable that names the model: its GGUF file, or a folder in Hugging Face form.</summary>
    public const string Variable = "AMEND_SMOLLM2";

    /// <summary>
    /// The environment variable that names the folder of public data, <c>counterfact</c> and <c>wikitext2</c>; <c>../data/real</c>
    /// beside the golden files by default.
    /// </summary>
    public const string DataVariable = "AMEND_DATA";

    private const string Golden = "smollm2";

    /// <summary>The row of a theory that has no others: a theory without rows is an error to the runner.</summary>
    private const string None = "none";

    private readonly LanguageModel? _model;

    public PretrainedModel()
    {
        // A test that loads the weights itself would count them as left behind.
        if (Path is not null && GoldenCases.At(Golden).Count > 0)
            _model = LanguageModel.Load(Path);
    }

    /// <summary>The golden folders, one a root.</summary>
    public static TheoryData<string> Cases => Rows(_ => true);

    /// <summary>Where the model is; null where it is not named.</summary>
    public static string? Path => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>The model; the test is skipped where it is not named.</summary>
    public LanguageModel Model
    {
        get
        {
            Assert.SkipWhen(_model is null, $"SmolLM2-135M-Instruct is not part of the repository; name its file in {Variable}.");
            return _model!;
        }
    }

    /// <summary>The golden folders that have what a test needs, as rows of a theory.</summary>
    public static TheoryData<string> Rows(Func<GoldenCase, bool> has) =>
        [.. GoldenCases.At(Golden).Where(has).Select(golden => golden.Id).DefaultIfEmpty(None)];

    /// <summary>Numbered golden files, such as <c>rome_0.json</c>, without their ending, as rows of a theory.</summary>
    public static TheoryData<string, string> Numbered(string prefix)
    {
        var rows =
            from golden in GoldenCases.At(Golden)
            from path in Directory.EnumerateFiles(golden.Folder, $"{prefix}_*.json").Order(StringComparer.Ordinal)
            select (golden.Id, System.IO.Path.GetFileNameWithoutExtension(path));
        return new TheoryData<string, string>(rows.DefaultIfEmpty((None, None)));
    }

    /// <summary>The golden folder of a row; the test is skipped where there is none.</summary>
    public static GoldenCase Find(string id)
    {
        Assert.SkipWhen(id == None, $"No folder of golden files here has '{Golden}'; name one in {GoldenCases.RootVariable}.");
        return GoldenCases.Find(id);
    }

    /// <summary>A file of the public data; the test is skipped where it is not there.</summary>
    public static string Data(GoldenCase golden, string name)
    {
        var folder = Environment.GetEnvironmentVariable(DataVariable) is { Length: > 0 } named
            ? named
            : System.IO.Path.Combine(golden.Root, "..", "data", "real");
        var path = System.IO.Path.Combine(folder, name);
        Assert.SkipUnless(File.Exists(path), $"There is no '{path}'; name the folder of the public data in {DataVariable}.");
        return path;
    }

    public void Dispose() => _model?.Dispose();
}
