using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Parity.Tests.Families;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>A golden case of the ROME family: the model, the request and the settings of the reference run.</summary>
internal sealed class RomeCase : IDisposable
{
    private readonly JsonElement _case;
    private readonly string _modelFolder;

    private RomeCase(GoldenCase golden, JsonElement json)
    {
        _case = json;
        _modelFolder = golden.Shared(json.GetProperty("model").GetString()!);
        Model = LanguageModel.Load(_modelFolder, new LoadOptions { TokenizerFolder = golden.Shared("tokenizer_tiny") });
        Expected = golden.Tensors("expected.safetensors");
    }

    public LanguageModel Model { get; }

    public GoldenTensors Expected { get; }

    public JsonElement TokenIds => _case.GetProperty("token_ids");

    public double Tolerance => _case.GetProperty("tol_relative").GetDouble();

    public IEnumerable<JsonElement> Steps => _case.GetProperty("steps").EnumerateArray();

    public EditRequest Request => Asked.Request;

    public ContextTemplates Templates => Asked.Templates;

    public RomeOptions Options => Asked.Options;

    private RomeAsked Asked => new(_case);

    /// <summary>Opens a case; one whose model's family is not built in is reported as skipped.</summary>
    public static RomeCase Open(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        var model = json.GetProperty("model").GetString()!;
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(model, golden.Shared(model), golden.Root, id));
        return new RomeCase(golden, json);
    }

    /// <summary>The given second moment, factored; null where the case uses C = I.</summary>
    public SpdMatrix? SecondMoment()
    {
        if (!Options.Mom2Adjustment)
            return null;
        using var moments = new GoldenTensors(Path.Combine(_modelFolder, "second_moments.safetensors"));
        return SpdMatrix.Factor(moments[$"C.{Options.Layer}"]);
    }

    public void Dispose()
    {
        Model.Dispose();
        Expected.Dispose();
    }
}
