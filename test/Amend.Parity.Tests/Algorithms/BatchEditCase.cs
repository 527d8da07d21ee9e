using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Batches;
using Amend.Editing.Editors.AlphaEdit;
using Amend.Editing.Editors.Emmet;
using Amend.Editing.Editors.Memit;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Parity.Tests.Families;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>A golden case of MEMIT, EMMET or AlphaEdit: the model, the batches and the settings of the reference run.</summary>
internal sealed class BatchEditCase : IDisposable
{
    private readonly JsonElement _case;

    private BatchEditCase(GoldenCase golden, JsonElement json)
    {
        _case = json;
        Name = golden.Name;
        var folder = golden.Shared(json.GetProperty("model").GetString()!);
        Model = LanguageModel.Load(folder, new LoadOptions { TokenizerFolder = golden.Shared("tokenizer_tiny") });
        Expected = golden.Tensors("expected.safetensors");
        // The reference's projector is of float32, and is given.
        Func<int, Tensor>? projectors = Expected.Names.Contains("P") ? layer => Expected["P"][Method.Options.Layers.ToList().IndexOf(layer)] : null;
        Statistics = new GivenSecondMoments(Path.Combine(folder, "second_moments.safetensors"), projectors);
    }

    public string Name { get; }

    public LanguageModel Model { get; }

    public GoldenTensors Expected { get; }

    public GivenSecondMoments Statistics { get; }

    public bool IsRect => Name.Contains("rect", StringComparison.Ordinal);

    public double Tolerance => _case.GetProperty("tol_relative").GetDouble();

    /// <summary>The requests of each batch by the ids under which the case stores what belongs to them.</summary>
    public IReadOnlyList<IReadOnlyList<(string Id, EditRequest Request)>> Batches =>
        [.. _case.GetProperty("batches").EnumerateArray().Select(batch => batch.EnumerateArray().Select(request => (
            request.GetProperty("case_id").GetRawText(),
            new EditRequest(
                request.GetProperty("prompt").GetString()!,
                request.GetProperty("subject").GetString()!,
                request.GetProperty("target_new").GetProperty("str").GetString()!))).ToArray())];

    public ContextTemplates Templates =>
        new([.. _case.GetProperty("context_templates").EnumerateArray().SelectMany(type => type.EnumerateArray()).Select(t => t.GetString()!)]);

    /// <summary>The settings of the case's editor, and the right factor that the editor solves with them.</summary>
    public (BatchEditorOptions Options, Func<LayerKeys, Tensor> Solve) Method
    {
        get
        {
            var hparams = _case.GetProperty("hparams");
            double Number(string name) => hparams.GetProperty(name).GetDouble();
            if (Name.StartsWith("emmet", StringComparison.Ordinal))
            {
                var emmet = With(new EmmetOptions { Mom2UpdateWeight = Number("mom2_update_weight"), EmmetLambda = Number("emmet_lambda") });
                return (emmet, layer => EmmetUpdate.Right(layer, emmet));
            }

            if (Name.StartsWith("alphaedit", StringComparison.Ordinal))
            {
                var alpha = With(new AlphaEditOptions { NullspaceThreshold = Number("nullspace_threshold"), L2 = Number("L2") });
                return (alpha, layer => AlphaEditUpdate.Right(layer, alpha));
            }

            // Only the case whose name says so keeps the keys of earlier batches.
            var memit = With(new MemitOptions { Mom2UpdateWeight = Number("mom2_update_weight"), Accumulate = Name.Contains("_seq", StringComparison.Ordinal) });
            return (memit, layer => MemitUpdate.Right(layer, memit));
        }
    }

    /// <summary>The editor with the case's settings.</summary>
    public IEditor Editor => Method.Options switch
    {
        EmmetOptions emmet => new EmmetEditor(emmet),
        AlphaEditOptions alpha => new AlphaEditEditor(alpha),
        MemitOptions memit => new MemitEditor(memit),
        _ => throw new InvalidOperationException($"There is no editor for {Name}."),
    };

    /// <summary>Opens a case; one whose model's family is not built in is reported as skipped.</summary>
    public static BatchEditCase Open(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        var model = json.GetProperty("model").GetString()!;
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(model, golden.Shared(model), golden.Root, id));
        return new BatchEditCase(golden, json);
    }

    /// <summary>The token ids of a request.</summary>
    public JsonElement TokenIds(string request) => _case.GetProperty("token_ids").GetProperty(request);

    /// <summary>The losses of a request in a batch, step by step.</summary>
    public JsonElement[] Steps(int batch, string request) => [.. _case.GetProperty("z_steps").GetProperty($"{batch}.{request}").EnumerateArray()];

    public void Dispose()
    {
        Model.Dispose();
        Expected.Dispose();
        Statistics.Dispose();
    }

    private T With<T>(T options)
        where T : BatchEditorOptions
    {
        var hparams = _case.GetProperty("hparams");
        return options with
        {
            Layers = [.. hparams.GetProperty("layers").EnumerateArray().Select(layer => layer.GetInt32())],
            VNumGradSteps = hparams.GetProperty("v_num_grad_steps").GetInt32(),
            VLr = hparams.GetProperty("v_lr").GetDouble(),
            VWeightDecay = hparams.GetProperty("v_weight_decay").GetDouble(),
            ClampNormFactor = hparams.GetProperty("clamp_norm_factor").GetDouble(),
            KlFactor = hparams.GetProperty("kl_factor").GetDouble(),
            ZBatchSize = 3,
            Post = IsRect ? "rect:0.4" : "",
        };
    }
}
