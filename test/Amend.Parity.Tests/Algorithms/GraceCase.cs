using System.Text.Json;
using System.Text.RegularExpressions;
using Amend.Editing.Codebooks;
using Amend.Editing.Editors.Grace;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Parity.Tests.Families;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>A golden case of GRACE: a model, a stream of edits as token ids, and probes.</summary>
internal sealed partial class GraceCase : IDisposable
{
    private readonly JsonElement _case;

    private GraceCase(GoldenCase golden, JsonElement json)
    {
        _case = json;
        Model = TinyModels.FromFolder(golden.Shared(json.GetProperty("model").GetString()!), new WrittenIds());
        Expected = golden.Tensors("expected.safetensors");
    }

    public LanguageModel Model { get; }

    public GoldenTensors Expected { get; }

    public ModelWeight Weight => Model.Weights[$"{_case.GetProperty("layer").GetString()}.weight"];

    public double Tolerance => _case.GetProperty("tol_relative").GetDouble();

    public double ValueTolerance => _case.GetProperty("tol_relative_values").GetDouble();

    public IReadOnlyList<GraceStep> Steps => [.. _case.GetProperty("steps").EnumerateArray().Select(step => new GraceStep(step))];

    public IReadOnlyList<GraceStep> Probes => [.. _case.GetProperty("probes").EnumerateArray().Select(step => new GraceStep(step))];

    /// <summary>The settings of the reference run, under its rule.</summary>
    public GraceOptions Options
    {
        get
        {
            var config = _case.GetProperty("config");
            Assert.Equal("euc", config.GetProperty("dist_fn").GetString());
            return new GraceOptions
            {
                Layers = [int.Parse(Number().Match(_case.GetProperty("layer").GetString()!).Value)],
                Eps = (float)config.GetProperty("eps").GetDouble(),
                Replacement = ReplacementOf(config.GetProperty("replacement").GetString()!),
                ValInit = config.GetProperty("val_init").GetString() == "warm" ? ValueStart.Warm : ValueStart.Cold,
                EpsExpand = config.GetProperty("eps_expand").GetString() == "coverage" ? Expansion.Coverage : Expansion.MovingAverage,
                NIter = config.GetProperty("n_iter").GetInt32(),
                EditLr = config.GetProperty("edit_lr").GetDouble(),
                Rule = CodebookRule.Published,
            };
        }
    }

    /// <summary>Opens a case; one whose model's family is not built in is reported as skipped.</summary>
    public static GraceCase Open(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        var model = json.GetProperty("model").GetString()!;
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(model, golden.Shared(model), golden.Root, id));
        return new GraceCase(golden, json);
    }

    public static Replacement ReplacementOf(string name) => name switch
    {
        "replace_last" => Replacement.ReplaceLast,
        "replace_prompt" => Replacement.ReplacePrompt,
        "replace_all" => Replacement.ReplaceAll,
        _ => throw new ArgumentException($"There is no replacement '{name}'.", nameof(name)),
    };

    public TargetBatch Batch(GraceStep step) =>
        TargetBatch.Create(Model, [(WrittenIds.TextOf(step.Prompt), WrittenIds.TextOf(step.Labels))]);

    /// <summary>The model's logits for a probe: of every token, of every token that is written, or of the labels.</summary>
    public Tensor Logits(GraceStep probe)
    {
        using var inference = inference_mode();
        switch (Model.Transformer)
        {
            case EncoderDecoder written:
                return written.Logits(
                    TokenBatch.Pad([probe.Prompt], padding: 0),
                    TokenBatch.Pad([[written.Marks.Start, .. probe.Labels.SkipLast(1)]], padding: 0))[0];
            case EncoderClassifier classifier:
                return classifier.Logits(TokenBatch.Pad([probe.Prompt], padding: 0))[0];
            default:
                var batch = TokenBatch.Pad([[.. probe.Prompt, .. probe.Labels]], padding: 0);
                var isEnd = arange(batch.Ids.shape[1], dtype: ScalarType.Int64).eq(probe.Prompt.Length - 1).unsqueeze(0);
                return ((CausalDecoder)Model.Transformer).Unembed(Model.Hidden(batch, isEnd))[0];
        }
    }

    public void Dispose()
    {
        Model.Dispose();
        Expected.Dispose();
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}

/// <summary>An edit or a probe of a case.</summary>
internal sealed record GraceStep(JsonElement Json)
{
    public int[] Prompt => Integers("input_ids");

    public int[] Labels => Integers("labels");

    public double[] Losses => Numbers("losses");

    public double[] Radii => Numbers("radii");

    public bool Fires => Json.GetProperty(Json.TryGetProperty("fires", out _) ? "fires" : "fires_after").GetBoolean();

    public CodebookStepKind Kind => Json.GetProperty("decision").GetString() switch
    {
        "add_first" or "add" => CodebookStepKind.Add,
        "split" => CodebookStepKind.Split,
        "expand" => CodebookStepKind.Expand,
        "none" => CodebookStepKind.Retrain,
        var other => throw new ArgumentException($"There is no decision '{other}'."),
    };

    public int? Nearest => Json.GetProperty("nearest") is { ValueKind: JsonValueKind.Number } place ? place.GetInt32() : null;

    public double? Distance => Json.GetProperty("distance") is { ValueKind: JsonValueKind.Number } distance ? distance.GetDouble() : null;

    private int[] Integers(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    private double[] Numbers(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
