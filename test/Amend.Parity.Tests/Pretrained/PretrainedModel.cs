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
    private readonly LanguageModel? _model;

    public PretrainedModel()
    {
        // A test that loads the weights itself would count them as left behind.
        if (Path is not null && Cases.Any())
            _model = LanguageModel.Load(Path);
    }

    /// <summary>The golden folders, one a root.</summary>
    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.At(Golden));

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

    /// <summary>Numbered golden files, such as <c>rome_0.json</c>, without their ending, as rows of a theory.</summary>
    public static TheoryData<string, string> Numbered(string prefix) => new(
        from golden in GoldenCases.At(Golden)
        from path in Directory.EnumerateFiles(golden.Folder, $"{prefix}_*.json").Order(StringComparer.Ordinal)
        select (golden.Id, System.IO.Path.GetFileNameWithoutExtension(path)));

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
