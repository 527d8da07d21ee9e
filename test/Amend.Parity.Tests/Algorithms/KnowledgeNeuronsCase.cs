using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.KnowledgeNeurons;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Parity.Tests.Families;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>A golden case of knowledge neurons: the model, the request and the settings of the reference run.</summary>
internal sealed class KnowledgeNeuronsCase : IDisposable
{
    private readonly JsonElement _case;

    private KnowledgeNeuronsCase(GoldenCase golden, JsonElement json)
    {
        _case = json;
        var folder = golden.Shared(json.GetProperty("model").GetString()!);
        Model = LanguageModel.Load(folder, new LoadOptions { TokenizerFolder = golden.Shared("tokenizer_tiny") });
        Expected = golden.Tensors("expected.safetensors");
    }

    public LanguageModel Model { get; }

    public GoldenTensors Expected { get; }

    public double Tolerance => _case.GetProperty("tol_relative").GetDouble();

    public double Threshold => _case.GetProperty("threshold").GetDouble();

    public string Prompt => _case.GetProperty("prompt").GetString()!;

    /// <summary>The request; the case has a whole prompt, which has no place for a subject but its first word.</summary>
    public EditRequest Request
    {
        get
        {
            var first = Prompt.Split(' ')[0];
            return new EditRequest("{}" + Prompt[first.Length..], first, _case.GetProperty("target").GetString()!)
            {
                TargetTrue = _case.GetProperty("ground_truth").GetString(),
            };
        }
    }

    /// <summary>
    /// The settings of the authors' code: activations before the gelu, targets as they are, and every token of the true object at
    /// the prompt's end (the prompt is grown by greedy tokens but tokenized again only for a model type that GPT-2 does not have).
    /// </summary>
    public KnowledgeNeuronsOptions Options => new KnowledgeNeuronsOptions
    {
        Steps = _case.GetProperty("steps").GetInt32(),
        BatchSize = _case.GetProperty("batch_size").GetInt32(),
        AdaptiveThreshold = _case.GetProperty("adaptive_threshold").GetDouble(),
        NeuronSite = NeuronSite.BeforeActivation,
        TruthContext = TruthContext.None,
        LeadingSpace = false,
    }.Validated("kn", Model.Shape.Layers);

    /// <summary>The kept neurons, layer and place.</summary>
    public IReadOnlyList<(int Layer, int Neuron)> Neurons =>
        [.. _case.GetProperty("neurons").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32()))];

    /// <summary>Opens a case; one whose model's family is not built in is reported as skipped.</summary>
    public static KnowledgeNeuronsCase Open(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        var model = json.GetProperty("model").GetString()!;
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(model, golden.Shared(model), golden.Root, id));
        return new KnowledgeNeuronsCase(golden, json);
    }

    /// <summary>Stored token ids.</summary>
    public int[] TokenIds(string name) => [.. _case.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    public void Dispose()
    {
        Model.Dispose();
        Expected.Dispose();
    }
}
