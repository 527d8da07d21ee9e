using System.Text.Json;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Parity.Tests.Families;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Parity.Tests.Gguf;

/// <summary>A golden model as a GGUF file or as the folder that it was converted from, loaded, with what the reference gives.</summary>
internal sealed class GgufCase : IDisposable
{
    /// <summary>The folder that the files of a case were converted from.</summary>
    public const string Folder = "hf";

    private const string OfFolder = "expected";
    private const string OfFile = "expected_gguf";
    private readonly GoldenCase _golden;
    private readonly GoldenTensors _states;
    private readonly JsonElement _expected;
    private readonly string _generationKey;

    private GgufCase(GoldenCase golden, string source)
    {
        _golden = golden;
        var type = Path.GetFileNameWithoutExtension(source).Replace("model-", "", StringComparison.Ordinal);
        var own = $"{OfFolder}-{type}";
        var states = golden.Has($"{own}.safetensors") ? own : source != Folder && golden.Has($"{OfFile}.safetensors") ? OfFile : OfFolder;
        _expected = golden.Json(states == own ? $"{own}.json" : $"{OfFolder}.json");
        _generationKey = states == OfFile ? "generation_gguf" : "generation";
        _states = golden.Tensors($"{states}.safetensors");
        HoldsOtherWeights = states != OfFolder;
        Model = LanguageModel.Load(golden.File(source));
    }

    public LanguageModel Model { get; }

    /// <summary>Whether the file holds or computes something else than the folder.</summary>
    public bool HoldsOtherWeights { get; }

    /// <summary>The files of all cases, and the folders that have weights, as rows of a theory: the case and the file or folder.</summary>
    public static TheoryData<string, string> Sources => Rows(golden =>
        Directory.GetFiles(golden.Folder, "model-*.gguf").Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .Concat(golden.Has($"{Folder}/model.safetensors") ? [Folder] : [])!);

    /// <summary>The cases with texts to encode, each with its folder and its first file.</summary>
    public static TheoryData<string, string> Encoders => Rows(golden => golden.Has("encode_cases.json")
        ? [Folder, Directory.GetFiles(golden.Folder, "model-*.gguf").Select(Path.GetFileName).Order(StringComparer.Ordinal).First()!]
        : []);

    /// <summary>Loads a case; the test is skipped where its family is not built in.</summary>
    public static GgufCase Load(string id, string source)
    {
        var golden = GoldenCases.Find(id);
        FamilyCase.SkipUnlessBuiltIn(golden, $"{Folder}/config.json");
        var type = golden.Json($"{Folder}/config.json").GetProperty("model_type").GetString()!;
        Assert.SkipUnless(source == Folder || BuiltInFamilies.All.Find(type).Gguf is not null, $"Files of the family '{type}' are not read yet.");
        return new GgufCase(golden, source);
    }

    /// <summary>Compares the logits at all places and the outputs of all blocks.</summary>
    public void AssertStates(string prompt)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var trace = Model.Trace();
        var layers = Enumerable.Range(0, Model.Shape.Layers).Where(layer => _states.Names.Contains($"{prompt}.hidden.{layer}")).ToList();
        foreach (var layer in layers)
            trace.Capture(Site.BlockOut(layer));

        var logits = Model.Logits(TokenBatch.Pad([Prompt(prompt)], padding: 0));

        TensorAssert.Close($"{prompt}.logits", _states[$"{prompt}.logits"], logits[0], Tolerance("logits"));
        foreach (var layer in layers)
            TensorAssert.Close($"{prompt}.hidden.{layer}", _states[$"{prompt}.hidden.{layer}"], trace[Site.BlockOut(layer)][0], Tolerance("hidden."));
    }

    /// <summary>Decodes a prompt greedily, with and without a cache, and compares with the stored tokens.</summary>
    public void AssertGreedy(string prompt)
    {
        var expected = Ids(_expected.GetProperty(_generationKey).GetProperty(prompt).GetProperty("tokens"));
        foreach (var useCache in (bool[])[true, false])
        {
            var options = new GenerationOptions { MaxNewTokens = expected.Length, UseCache = useCache, StopAtEndOfText = false };
            Assert.Equal(expected, new Generator(Model).Generate([Prompt(prompt)], options)[0]);
        }
    }

    public void Dispose()
    {
        Model.Dispose();
        _states.Dispose();
    }

    private int[] Prompt(string name) => Ids(_golden.Json("inputs.json").GetProperty(name));

    private double Tolerance(string kind) => _expected.TryGetProperty("suggested_abs_tolerance_per_kind", out var perKind)
        ? perKind.GetProperty(kind).GetDouble()
        : _expected.GetProperty("suggested_abs_tolerance").GetDouble();

    private static TheoryData<string, string> Rows(Func<GoldenCase, IEnumerable<string>> sources)
    {
        var rows = new TheoryData<string, string>();
        foreach (var golden in GoldenCases.Under("gguf/files").Where(golden => golden.Has(Folder + "/config.json")))
        {
            foreach (var source in sources(golden))
                rows.Add(golden.Id, source);
        }

        return rows;
    }

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
