using System.Text.Json;
using Amend.Models;
using Amend.Parity.Tests.Families;
using Amend.Tracing;
using Amend.Tracing.Noise;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>A golden case of causal tracing: the model, the fact, the noise as data and the scores of the reference.</summary>
internal sealed class TraceCase : IDisposable
{
    private readonly JsonElement _case;
    private readonly GoldenTensors _noise;

    private TraceCase(GoldenCase golden, JsonElement json)
    {
        _case = json;
        _noise = golden.Tensors("noise.safetensors");
        Expected = golden.Tensors("expected.safetensors");
        Model = LanguageModel.Load(golden.Shared(json.GetProperty("model").GetString()!), new LoadOptions { TokenizerFolder = golden.Shared("tokenizer_tiny") });
    }

    public LanguageModel Model { get; }

    public GoldenTensors Expected { get; }

    public TraceFact Fact => new(_case.GetProperty("prompt").GetString()!, _case.GetProperty("subject").GetString()!);

    public int AnswerId => _case.GetProperty("answer_id").GetInt32();

    public int[] InputIds => Ints("input_ids");

    public int[] SubjectRange => Ints("subject_range");

    public string[] Tokens => [.. _case.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!)];

    public double Low => _case.GetProperty("low_score").GetDouble();

    public double High => _case.GetProperty("high_score").GetDouble();

    public double Tolerance => _case.GetProperty("tol_absolute").GetDouble();

    /// <summary>Opens a case; one whose model's family is not built in is reported as skipped.</summary>
    public static TraceCase Open(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        var model = json.GetProperty("model").GetString()!;
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(model, golden.Shared(model), golden.Root, id));
        return new TraceCase(golden, json);
    }

    /// <summary>The reference's noise, both draws; the caller disposes.</summary>
    public SubjectNoise Noise()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var scale = _case.GetProperty("noise_scale").GetDouble();
        return new SubjectNoise(_noise["noise_f64"] * scale, _noise["noise_second_draw_f64"] * scale);
    }

    public void Dispose()
    {
        _noise.Dispose();
        Expected.Dispose();
        Model.Dispose();
    }

    private int[] Ints(string name) => [.. _case.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];
}
