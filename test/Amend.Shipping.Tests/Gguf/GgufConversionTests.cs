using System.Text.Json.Nodes;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files.Gguf;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.Gguf;

/// <summary>GGUF files of folders in Hugging Face form, against those that llama.cpp's converter made of the same folders.</summary>
[NoTensorLeaks]
public sealed class GgufConversionTests : IDisposable
{
    private const string Folder = "hf";
    private const string NameKey = "general.name";
    private const string RulesKey = "tokenizer.ggml.pre";
    private const string Llama = "llama_gqa";
    private const string Gpt2 = "gpt2";
    private const string Qwen2 = "qwen2";

    /// <summary>
    /// What may differ, beside the model's name, which is the folder's here. Of GPT-NeoX the converter leaves the type out, and the name of
    /// the rules is one of several for the same rules that whoever made the golden file put in by hand; Phi-3's tokenizer.json names three
    /// signs of its SentencePiece model again, which the converter then takes for added ones.
    /// </summary>
    private static readonly Dictionary<string, string[]> Others = new()
    {
        ["gpt_neox_parallel"] = ["general.file_type", RulesKey],
        ["phi3"] = ["tokenizer.ggml.scores", "tokenizer.ggml.token_type"],
    };

    /// <summary>The types that the converter wrote, by the ends of the files' names.</summary>
    private static readonly string[] Types = ["f32", "f16", "bf16", "q8_0"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The folders with weights of families that are known.</summary>
    public static TheoryData<string> Folders => GoldenCases.Rows(Known);

    /// <summary>They, with each type of which the converter made a file.</summary>
    public static TheoryData<string, string> Converted =>
    [
        .. from golden in Known
           from type in Types
           where golden.Has($"model-{type}.gguf")
           select new TheoryDataRow<string, string>(golden.Id, type),
    ];

    private static IEnumerable<GoldenCase> Known =>
        from golden in GoldenCases.Under("gguf/files")
        where golden.Has($"{Folder}/model.safetensors")
        where BuiltInFamilies.All.FindOrNull(golden.Json($"{Folder}/config.json").GetProperty("model_type").GetString()!)?.Gguf is not null
        select golden;

    [Theory]
    [MemberData(nameof(Converted))]
    public void A_file_is_the_converters_key_for_key_and_tensor_for_tensor(string id, string type)
    {
        var golden = GoldenCases.Find(id);
        using var fixture = new ExportFixture(golden.File(Folder), Unchanged(golden.File(Folder)));

        fixture.Export("gguf", new ExportOptions { DType = WrittenType.Find(type) });

        using var meant = GgufFile.Open(golden.File($"model-{type}.gguf"));
        using var found = GgufFile.Open(fixture.File);
        string[] others = [NameKey, .. Others.GetValueOrDefault(golden.Name) ?? []];
        Assert.Equal(
            meant.Metadata.Keys.Except(others).Order(StringComparer.Ordinal),
            found.Metadata.Keys.Where(key => !key.StartsWith("amend.", StringComparison.Ordinal)).Except(others).Order(StringComparer.Ordinal));
        Assert.All(meant.Metadata.Keys.Except(others), key =>
        {
            Assert.Equal(meant.Metadata.TypeName(key), found.Metadata.TypeName(key));
            Assert.Equal(meant.Metadata.Value(key), found.Metadata.Value(key));
        });
        Assert.Equal(
            meant.Entries.Select(entry => (entry.Name, meant.TypeOf(entry.Name).Name, string.Join(',', entry.Shape))),
            found.Entries.Select(entry => (entry.Name, found.TypeOf(entry.Name).Name, string.Join(',', entry.Shape))));
        Assert.All(meant.Entries, entry => Assert.Equal(Bytes(meant, entry.Name), Bytes(found, entry.Name)));
        Assert.Equal(Folder, found.Metadata.Text(NameKey));
    }

    [Theory]
    [InlineData("gpt_neox_parallel", "gpt-2", "olmo")]
    [InlineData(Gpt2, "gpt-2", "gpt-2")]
    [InlineData("llama_rope_llama3", "llama-bpe", "llama-bpe")]
    public void The_rules_by_which_texts_are_cut_have_a_name_that_llama_cpp_knows(string name, string written, string meant)
    {
        var golden = GoldenCases.At($"gguf/files/{name}")[0];
        using var fixture = new ExportFixture(golden.File(Folder), Unchanged(golden.File(Folder)));

        fixture.Export("gguf");

        using var converted = GgufFile.Open(golden.File("model-f32.gguf"));
        using var found = GgufFile.Open(fixture.File);
        Assert.Equal((written, meant), (found.Metadata.Text(RulesKey), converted.Metadata.Text(RulesKey)));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Read_again_it_is_the_edited_model_with_its_tokenizer(string id)
    {
        var golden = GoldenCases.Find(id);
        var source = golden.File(Folder);
        using var edited = LanguageModel.Load(source);
        var weight = edited.Transformer.Modules(1).Last(module => module.Name.Contains("down_proj") || module.Name.EndsWith(".w2")
            || module.Name.EndsWith("c_proj") || module.Name.EndsWith("dense_4h_to_h")).Weight.Name; // Of a mixture the last expert's.
        var shape = edited.Weights[weight].Value.shape;
        using var fixture = new ExportFixture(source, [(weight, ExportFixture.Factors(shape[0], shape[1], 2, seed: 3))]);
        fixture.ApplyTo(edited);

        var outcome = fixture.Export("gguf", new ExportOptions { DType = WrittenType.Float32 });

        using var read = LanguageModel.Load(fixture.File);
        Assert.Equal(0, Assert.Single(outcome.Changed).Rounding);
        Assert.Equal(edited.Weights.Hash(), read.BaseHash);
        Assert.Equal(edited.Shape.ContextLength, read.Shape.ContextLength);
        Assert.All(golden.Json("encode_cases.json").GetProperty("cases").EnumerateArray(), one =>
        {
            var text = one.GetProperty("text").GetString()!;
            if (!one.TryGetProperty("ids_gguf", out _))
                Assert.Equal(edited.Tokenizer.Encode(text).Ids, read.Tokenizer.Encode(text).Ids);
        });
    }

    /// <summary>A SentencePiece model says the scores; a tokenizer.json has merges in their order, where the converter writes none.</summary>
    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer.model")]
    public void Scores_of_pieces_are_those_of_the_model_or_follow_the_merges(string only)
    {
        var golden = GoldenCases.At($"gguf/files/{Llama}")[0];
        var source = Changed(Llama, "config.json", _ => { });
        File.Delete(Path.Combine(source, only == "tokenizer.json" ? "tokenizer.model" : "tokenizer.json"));
        using var fixture = new ExportFixture(source, Unchanged(source));

        fixture.Export("gguf");

        using var meant = GgufFile.Open(golden.File("model-f16.gguf"));
        using var found = GgufFile.Open(fixture.File);
        Assert.All(["tokenizer.ggml.tokens", "tokenizer.ggml.token_type"], key => Assert.Equal(meant.Metadata.Value(key), found.Metadata.Value(key)));
        using var read = LanguageModel.Load(fixture.File);
        Assert.All(golden.Json("encode_cases.json").GetProperty("cases").EnumerateArray(), one => Assert.Equal(
            one.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), read.Tokenizer.Encode(one.GetProperty("text").GetString()!).Ids));
    }

    /// <summary>Matrices are rounded in the type asked, half precision by default; rows that are no whole number of blocks stay in it.</summary>
    [Theory]
    [InlineData(null, "F16", "F16", 1u)]
    [InlineData("bf16", "BF16", "BF16", 32u)]
    [InlineData("q8_0", "Q8_0", "F16", 7u)]
    [InlineData("q4_0", "Q4_0", "F16", 2u)]
    public void Matrices_are_written_in_the_type_asked_and_what_is_lost_of_an_edit_is_said(string? asked, string type, string ofOddRows, uint fileType)
    {
        const string Down = "model.layers.1.mlp.down_proj.weight";
        var source = GgufFixture.PathOf($"{Qwen2}/hf");
        using var fixture = new ExportFixture(source, [(Down, ExportFixture.Factors(32, 88, 1, seed: 1))], [("model.embed_tokens.weight", ExportFixture.Factors(312, 32, 1, seed: 2))]);

        var outcome = fixture.Export("gguf", new ExportOptions { DType = asked is null ? null : WrittenType.Find(asked) });

        using var found = GgufFile.Open(fixture.File);
        Assert.Equal(
            (type, ofOddRows, "F32", "F32"),
            (found.TypeOf("token_embd.weight").Name, found.TypeOf("blk.1.ffn_down.weight").Name, found.TypeOf("output_norm.weight").Name, found.TypeOf("blk.0.attn_q.bias").Name));
        Assert.Equal(fileType, found.Metadata.Value("general.file_type"));
        Assert.Equal([type, ofOddRows], outcome.Changed.Select(weight => weight.Type));
        using var read = LanguageModel.Load(fixture.File);
        Assert.All(outcome.Changed, weight =>
        {
            using var scope = NewDisposeScope();
            var off = (read.Weights[weight.Weight].Value - fixture.Edits.Changed(fixture.Stored, weight.Weight)).norm().item<float>();
            Assert.Equal(off / weight.ChangeNorm, weight.Rounding, 1e-4);
            Assert.InRange(weight.Rounding, 1e-6, 10);
        });
    }

    [Fact]
    public void The_adapter_of_a_folder_changes_the_tensors_of_its_converted_file()
    {
        const string Query = "model.layers.0.self_attn.q_proj.weight";
        var golden = GoldenCases.At("gguf/files/llama_linear_bias")[0];
        using var fixture = new ExportFixture(golden.File(Folder), [(Query, ExportFixture.Factors(32, 32, 1, seed: 1))]);
        using var ofFile = new ExportFixture(golden.File("model-f32.gguf"), [(Query, ExportFixture.Factors(32, 32, 1, seed: 1))]);

        fixture.Export("gguf-lora");
        ofFile.Export("gguf-lora");

        using var found = GgufFile.Open(fixture.File);
        using var meant = GgufFile.Open(ofFile.File);
        Assert.Equal(meant.Metadata.Keys, found.Metadata.Keys);
        Assert.All(meant.Metadata.Keys.Except([NameKey]), key => Assert.Equal(meant.Metadata.Value(key), found.Metadata.Value(key)));
        Assert.Equal(["blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b"], found.Entries.Select(entry => entry.Name));
        Assert.All(meant.Entries, entry => Assert.Equal(Bytes(meant, entry.Name), Bytes(found, entry.Name)));
    }

    /// <summary>Bases and scalings that a configuration asks for are those of the file.</summary>
    [Theory]
    [InlineData(Llama, "rope_scaling", """{"rope_type": "yarn", "factor": 4.0, "beta_fast": 16.0, "original_max_position_embeddings": 32}""")]
    [InlineData(Qwen2, "rope_scaling", """{"type": "linear", "factor": 2.0}""")]
    [InlineData("qwen3", "rope_parameters", """{"rope_type": "yarn", "rope_theta": 5000.0, "original_max_position_embeddings": 32}""")]
    [InlineData("phi3", "rope_scaling", """{"type": "su", "short_factor": [1.0, 1.5, 2.0, 2.5], "long_factor": [2.0, 3.0, 4.0, 5.0], "original_max_position_embeddings": 16}""")]
    [InlineData("gemma2", "rope_theta", "5000.0")]
    [InlineData("gpt_neox_parallel", "rotary_emb_base", "5000")]
    [InlineData("gpt_neox_parallel", "rotary_pct", "0.5")]
    public void Rotary_positions_are_read_again_as_they_were_asked(string name, string key, string value)
    {
        var source = Changed(name, "config.json", json => json[key] = JsonNode.Parse(value));
        using var fixture = new ExportFixture(source, Unchanged(source));

        fixture.Export("gguf", new ExportOptions { DType = WrittenType.Float32 });

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var folder = LanguageModel.Load(source);
        using var file = LanguageModel.Load(fixture.File);
        using var plain = LanguageModel.Load(GgufFixture.PathOf($"{name}/hf"));
        var prompt = TokenBatch.Pad([[.. Enumerable.Range(5, 40)]], padding: 0);
        TensorAssert.Close("logits", folder.Logits(prompt), file.Logits(prompt), 1e-5);
        Assert.True((folder.Logits(prompt) - plain.Logits(prompt)).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void A_window_that_a_file_cannot_say_is_told()
    {
        using var fixture = new ExportFixture(GgufFixture.PathOf("mistral_window/hf"), Unchanged(GgufFixture.PathOf("mistral_window/hf")));

        var note = Assert.Single(fixture.Export("gguf").Notes);

        Assert.StartsWith("The sliding window of 4 tokens is not in such a file", note, StringComparison.Ordinal);
    }

    /// <summary>What no file says is refused by its key, and what llama.cpp would cut otherwise by what is wrong with it.</summary>
    public static TheoryData<string, string, string, string, string> Unsaid => new()
    {
        { Gpt2, "config.json", "scale_attn_by_inverse_layer_idx", "true", "scale_attn_by_inverse_layer_idx true, which GGUF files of this kind of model cannot say" },
        { Gpt2, "config.json", "activation_function", "\"relu\"", "activation_function \"relu\", which GGUF files of this kind of model cannot say (they are read with gelu_new)" },
        { Llama, "config.json", "rope_scaling", """{"rope_type": "dynamic", "factor": 2.0}""", "the rotary scaling 'dynamic'" },
        { Qwen2, "config.json", "rope_scaling",
            """{"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}""",
            "the rotary scaling 'llama3'" },
        { Qwen2, "config.json", "rope_scaling", """{"rope_type": "yarn", "factor": 2.0, "mscale": 2.0}""", "mscale 2.0, which" },
        { "gemma2", "config.json", "query_pre_attn_scalar", "24", "query_pre_attn_scalar 24, which GGUF files of this kind of model cannot say (they are read with 12)" },
        { "gemma2", "config.json", "attn_logit_softcapping", "null", "attn_logit_softcapping null" },
        { "gemma2", "config.json", "layer_types", """["full_attention", "full_attention", "full_attention"]""", "layer_types of its own" },
        { Gpt2, "tokenizer.json", "pre_tokenizer", """{"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}""", "rules that have no name there" },
        { Gpt2, "tokenizer.json", "pre_tokenizer", """{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "ByteLevel"}]}""", "rules that have no name there" },
        { Gpt2, "tokenizer.json", "normalizer", """{"type": "Lowercase"}""", "rules that have no name there" },
        { Llama, "tokenizer.json", "normalizer", """{"type": "Lowercase"}""", "it makes other tokens of a text" },
        { Gpt2, "tokenizer.json", "model", """{"type": "WordPiece", "unk_token": "a", "vocab": {"a": 0}}""", "neither a byte-level BPE nor a BPE of SentencePiece" },
    };

    [Theory]
    [MemberData(nameof(Unsaid))]
    public void What_a_file_cannot_say_is_refused_in_a_sentence_and_nothing_is_written(string name, string file, string key, string value, string said)
    {
        var source = Changed(name, file, json => json[key] = JsonNode.Parse(value));
        using var fixture = new ExportFixture(source, Unchanged(source));

        var message = Assert.ThrowsAny<AmendException>(() => fixture.Export("gguf")).Message;

        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.False(Path.Exists(fixture.File));
    }

    [Fact]
    public void A_folder_without_a_tokenizer_or_with_more_ids_than_rows_is_refused()
    {
        var without = Changed(Gpt2, "config.json", _ => { });
        File.Delete(Path.Combine(without, "tokenizer.json"));
        using var none = new ExportFixture(without, Unchanged(without));
        Assert.Contains("has no tokenizer", Assert.ThrowsAny<AmendException>(() => none.Export("gguf")).Message, StringComparison.Ordinal);

        var more = Changed(Llama, "tokenizer.json", json => json["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = 420, ["content"] = "<more>" }));
        using var larger = new ExportFixture(more, Unchanged(more));
        Assert.Contains("it has 421 ids, and config.json a vocab_size of 420", Assert.ThrowsAny<AmendException>(() => larger.Export("gguf")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_for_files_is_refused_of_a_folder()
    {
        var source = GgufFixture.PathOf($"{Llama}/hf");
        using var fixture = new ExportFixture(source, Unchanged(source));

        Assert.Contains("--keep-quant is for a model that is a GGUF file", Refusal(new ExportOptions { KeepsQuantisation = true }), StringComparison.Ordinal);
        Assert.Contains("--rank is for adapters", Refusal(new ExportOptions { Rank = 4 }), StringComparison.Ordinal);
        Assert.All(["gguf", "gguf-lora"], form => Assert.Contains(
            "does not end in .gguf", Assert.Throws<AmendException>(() => fixture.Export(form, to: fixture.Target)).Message, StringComparison.Ordinal));
        Assert.Contains(
            "--out-dtype q8_0 is for GGUF files",
            Assert.Throws<AmendException>(() => fixture.Export("hf", new ExportOptions { DType = WrittenType.Find("q8_0") })).Message,
            StringComparison.Ordinal);

        string Refusal(ExportOptions options) => Assert.Throws<AmendException>(() => fixture.Export("gguf", options)).Message;
    }

    /// <summary>An edit that adds nothing, so that a file is as of the unedited folder.</summary>
    private static (string, IWeightDelta)[] Unchanged(string source)
    {
        using var stored = StoredModel.Open(source);
        var weight = stored.Weight(stored.Names.First(name => name.EndsWith("o_proj.weight", StringComparison.Ordinal)
            || stored.DownProjections.Contains(name)));
        return [(weight.Name, ExportFixture.Factors(weight.Value.shape[0], weight.Value.shape[1], 1, seed: 1, size: 0))];
    }

    private string Changed(string name, string file, Action<JsonObject> change) =>
        GgufFixture.CopyFolder(name, _folder.File($"{Guid.NewGuid():N}"), file, change);

    private static byte[] Bytes(GgufFile file, string name)
    {
        using var stream = new MemoryStream();
        file.Content(name).Write(stream);
        return stream.ToArray();
    }
}
