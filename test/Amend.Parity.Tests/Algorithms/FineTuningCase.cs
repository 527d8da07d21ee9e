using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.FineTuning;
using Amend.Models;
using Amend.Parity.Tests.Families;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>A golden case of fine-tuning: the model, the requests and the settings of the reference run.</summary>
internal sealed class FineTuningCase : IDisposable
{
    private readonly JsonElement _case;

    private FineTuningCase(GoldenCase golden, JsonElement json)
    {
        _case = json;
        var folder = golden.Shared(json.GetProperty("model").GetString()!);
        Model = LanguageModel.Load(folder, new LoadOptions { TokenizerFolder = golden.Shared("tokenizer_tiny") });
        Expected = golden.Tensors("expected.safetensors");
    }

    public LanguageModel Model { get; }

    public GoldenTensors Expected { get; }

    public double Tolerance => _case.GetProperty("tol_relative").GetDouble();

    public double[] Losses => [.. _case.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble())];

    /// <summary>The requests by the ids under which the case stores what belongs to them.</summary>
    public IReadOnlyList<(string Id, EditRequest Request)> Requests =>
        [.. _case.GetProperty("requests").EnumerateArray().Select(request => (
            request.GetProperty("case_id").GetRawText(),
            new EditRequest(
                request.GetProperty("prompt").GetString()!,
                request.GetProperty("subject").GetString()!,
                request.GetProperty("target_new").GetProperty("str").GetString()!)))];

    /// <summary>The settings; the reference's code trains the bias too, and its own form scores at the prompt's end.</summary>
    public FineTuningOptions Options
    {
        get
        {
            var hparams = _case.GetProperty("hparams");
            var isCorrected = hparams.TryGetProperty("objective", out var objective);
            Assert.Equal(isCorrected ? "autoregressive" : null, isCorrected ? objective.GetString() : null);
            return new FineTuningOptions
            {
                Layers = isCorrected ? [hparams.GetProperty("layer").GetInt32()] : [.. hparams.GetProperty("layers").EnumerateArray().Select(layer => layer.GetInt32())],
                Lr = hparams.GetProperty("lr").GetDouble(),
                NumSteps = hparams.GetProperty(isCorrected ? "steps" : "num_steps").GetInt32(),
                WeightDecay = isCorrected ? 0 : hparams.GetProperty("weight_decay").GetDouble(),
                LossThreshold = isCorrected ? hparams.GetProperty("stop").GetDouble() : 1e-2,
                NormConstraint = hparams.GetProperty("norm_constraint") is { ValueKind: JsonValueKind.Number } bound ? bound.GetDouble() : null,
                Objective = isCorrected ? FineTuningObjective.Autoregressive : FineTuningObjective.PromptLast,
                TrainBias = true,
                BatchSize = isCorrected ? 1 : hparams.GetProperty("batch_size").GetInt32(),
            };
        }
    }

    /// <summary>Opens a case; one whose model's family is not built in is reported as skipped.</summary>
    public static FineTuningCase Open(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        var model = json.GetProperty("model").GetString()!;
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(model, golden.Shared(model), golden.Root, id));
        return new FineTuningCase(golden, json);
    }

    /// <summary>The stored token ids of a request's prompt or target.</summary>
    public int[] TokenIds(string requestId, string of)
    {
        var ids = _case.GetProperty("token_ids").GetProperty(requestId).GetProperty(of);
        var row = of == "prompt_ids" ? ids[0] : ids;
        return [.. row.EnumerateArray().Select(id => id.GetInt32())];
    }

    public void Dispose()
    {
        Model.Dispose();
        Expected.Dispose();
    }
}
