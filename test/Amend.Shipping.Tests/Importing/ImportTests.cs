using System.Text.Json.Nodes;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.Importing;

[NoTensorLeaks]
public sealed class ImportTests : IDisposable
{
    private const string Down = "model.layers.1.mlp.down_proj.weight";
    private const string Query = "model.layers.0.self_attn.q_proj.weight";
    private readonly TempFolder _folder = new();

    private static string Llama => GoldenCases.At("families/llama_gqa")[0].Folder;

    private static string Gguf => GgufFixture.PathOf("llama_linear_bias/model-f32.gguf");

    private AmendHome Home => new(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_imported_adapter_is_an_edit_that_is_listed_and_taken_back_bit_for_bit()
    {
        using var model = LanguageModel.Load(Llama);
        var store = new EditStore(model, Home);

        var kept = Shipment.Import(Llama, store, GoldenCases.At("peft/llama_patterns")[0].Folder);

        Assert.Equal([kept.Id], store.Applied);
        var import = kept.Record.Import!;
        Assert.Equal(("peft", "llama_patterns", "families/llama_gqa"), (import.Form, import.Name, import.Base));
        store.ApplyTo(model, store.Applied);
        Assert.NotEqual(model.BaseHash, model.Weights.Hash());
        model.Applied.RevertAll();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    /// <summary>Llama's rows of queries lie in pairs in a file, and are put back in order, for the folder that it was made of, too.</summary>
    [Theory]
    [InlineData(Query, "model-f32.gguf")]
    [InlineData(Down, "model-f32.gguf")]
    [InlineData(Query, "hf")]
    [InlineData(Down, "hf")]
    public void An_adapter_of_llama_cpp_comes_in_as_it_went_out(string weight, string into)
    {
        using var scope = NewDisposeScope();
        using var fixture = new ExportFixture(Gguf, [[(weight, Change(weight))]]);
        fixture.Export("gguf-lora", to: _folder.File("adapter.gguf"));
        var path = GgufFixture.PathOf($"llama_linear_bias/{into}");
        using var model = LanguageModel.Load(path);
        var store = new EditStore(model, Home);

        Shipment.Import(path, store, _folder.File("adapter.gguf"));

        store.ApplyTo(model, store.Applied);
        TensorAssert.Close(weight, fixture.Edits.Changed(fixture.Stored, weight), model.Weights[weight].Value, 1e-7);
    }

    [Fact]
    public void An_edit_of_another_store_keeps_its_id()
    {
        using var model = LanguageModel.Load(Llama);
        using var edit = SampleEdits.Make(model, seed: 1);
        var file = _folder.File("colleague.safetensors");
        EditFile.Write(edit, file);
        var store = new EditStore(model, Home);

        var kept = Shipment.Import(Llama, store, file);

        Assert.Equal(edit.Id, kept.Id);
        Assert.Equal([edit.Id], store.Applied);
        Assert.Contains("is applied already", Failure(() => Shipment.Import(Llama, store, file)), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "no path", "There is nothing at" },
        { "no form", "is of no form that is imported" },
        { "no tensors", "has no adapter_model.safetensors" },
        { "broken configuration", "cannot be read" },
        { "another kind", "is of a IA3 adapter" },
        { "no rank", "it has no number 'r' above 0" },
        { "no alpha", "it has no number 'lora_alpha' above 0" },
        { "broken pattern", "is no pattern that can be used" },
        { "unknown tensor", "of which is not known what it does" },
        { "one factor", "and not the other factor" },
        { "another shape", "give an adapter of this model" },
        { "another model", "does not have" },
        { "nothing", "has no tensor that changes anything" },
        { "broken tensors", "adapter_model.safetensors" },
        { "GGUF adapter of another model", "give an adapter of this model" },
        { "GGUF model", "is of no form that is imported" },
        { "edit of another model", "not of this model's" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_imported_is_refused_in_one_sentence_and_nothing_is_kept(string what, string sentence)
    {
        var path = Make(what);
        using var model = LanguageModel.Load(Llama);
        var store = new EditStore(model, Home);

        var message = Failure(() => Shipment.Import(Llama, store, path));

        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.Empty(store.History);
    }

    private string Make(string what) => what switch
    {
        "no path" => _folder.File("missing"),
        "no form" => _folder.Write("notes.txt", "x"u8.ToArray()),
        "GGUF adapter of another model" => GgufAdapter(),
        "GGUF model" => Gguf,
        "edit of another model" => OtherEdit(),
        _ => Adapter(what),
    };

    private string Adapter(string what)
    {
        var source = GoldenCases.At("peft/llama_patterns")[0];
        var folder = _folder.File("adapter");
        Directory.CreateDirectory(folder);
        var config = JsonNode.Parse(File.ReadAllText(source.File("adapter_config.json")))!.AsObject();
        switch (what)
        {
            case "another kind":
                config["peft_type"] = "IA3";
                break;
            case "no rank":
                config.Remove("r");
                break;
            case "no alpha":
                config["lora_alpha"] = "7";
                break;
            case "broken pattern":
                config["rank_pattern"] = new JsonObject { ["("] = 2 };
                break;
        }

        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), what == "broken configuration" ? "{" : config.ToJsonString());
        if (what == "broken tensors")
            File.WriteAllText(Path.Combine(folder, "adapter_model.safetensors"), "none");
        else if (what != "no tensors")
            WriteTensors(what, source, Path.Combine(folder, "adapter_model.safetensors"));
        return folder;
    }

    private static void WriteTensors(string what, GoldenCase source, string path)
    {
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(source.File("adapter_model.safetensors"));
        var tensors = file.Entries.Select(entry => (entry.Name, Value: file.Load(entry.Name))).ToList();
        SafeTensorsWriter.Write(path, what switch
        {
            "unknown tensor" => [.. tensors, ("base_model.model.model.layers.0.mlp.down_proj.lora_C.weight", ones(1))],
            "one factor" => [.. tensors.Skip(1)],
            "another shape" => [.. tensors.Select(tensor => (tensor.Name, tensor.Name.Contains("lora_B", StringComparison.Ordinal) ? cat([tensor.Value, tensor.Value]) : tensor.Value))],
            "another model" => [.. tensors.Select(tensor => (tensor.Name.Replace("layers", "h", StringComparison.Ordinal), tensor.Value))],
            "nothing" => [("base_model.model.model.embed_tokens.base_layer.weight", ones(1, 1))],
            _ => tensors,
        });
    }

    private string GgufAdapter()
    {
        using var fixture = new ExportFixture(Gguf, [[(Down, Change(Down))]]);
        fixture.Export("gguf-lora", to: _folder.File("adapter.gguf"));
        return _folder.File("adapter.gguf");
    }

    private string OtherEdit()
    {
        using var other = TinyModels.Gpt2();
        using var edit = SampleEdits.Make(other, seed: 1);
        EditFile.Write(edit, _folder.File("other.safetensors"));
        return _folder.File("other.safetensors");
    }

    private static LowRankDelta Change(string weight)
    {
        using var stored = StoredModel.Open(Gguf);
        var shape = stored.Weight(weight).Value.shape;
        return ExportFixture.Factors(shape[0], shape[1], 2, seed: 4);
    }

    private static string Failure(Action does) => Assert.ThrowsAny<AmendException>(does).Message;
}
