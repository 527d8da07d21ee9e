using Amend.Models;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files.Gguf;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.Gguf;

[NoTensorLeaks]
public sealed class GgufExportTests
{
    private const string Down = "model.layers.1.mlp.down_proj.weight";
    private const string DownInFile = "blk.1.ffn_down.weight";
    private const string Query = "model.layers.0.self_attn.q_proj.weight";
    private const string QueryInFile = "blk.0.attn_q.weight";

    [Theory]
    [InlineData("llama_linear_bias/model-f32.gguf")]
    [InlineData("qwen2/model-f32.gguf")]
    public void Every_other_tensor_and_every_key_is_the_sources_byte_for_byte(string file)
    {
        var source = GgufFixture.PathOf(file);
        using var fixture = new ExportFixture(source, [[(Down, Change(source, Down, 1))]]);

        fixture.Export("gguf");

        using var before = GgufFile.Open(source);
        using var after = GgufFile.Open(fixture.File);
        Assert.Equal(before.Entries.Select(entry => entry.Name), after.Entries.Select(entry => entry.Name));
        Assert.Equal([DownInFile], before.Entries.Select(entry => entry.Name).Where(name => !Bytes(before, name).SequenceEqual(Bytes(after, name))));
        Assert.All(before.Metadata.Keys, key => Assert.Equal(before.Metadata.Value(key), after.Metadata.Value(key)));
        Assert.Equal(["amend.version", "amend.base_weights_hash", "amend.edits"], after.Metadata.Keys.Except(before.Metadata.Keys));
        Assert.Equal(fixture.Edits.Ids, after.Metadata.Texts("amend.edits"));
    }

    /// <summary>Llama's rows of queries lie in pairs; GPT-2's matrices are transposed in a checkpoint; GPT-NeoX's projection is fused.</summary>
    [Theory]
    [InlineData("llama_linear_bias/model-f32.gguf", Query)]
    [InlineData("llama_linear_bias/model-f32.gguf", "model.layers.1.self_attn.k_proj.weight")]
    [InlineData("llama_linear_bias/model-f32.gguf", Down)]
    [InlineData("gpt2/model-f32.gguf", "transformer.h.0.attn.c_attn.weight")]
    [InlineData("gpt_neox_parallel/model-f32.gguf", "gpt_neox.layers.0.attention.query_key_value.weight")]
    public void Read_again_it_is_the_edited_model_bit_for_bit(string file, string weight)
    {
        var source = GgufFixture.PathOf(file);
        using var fixture = new ExportFixture(source, [[(weight, Change(source, weight, 1))], [(weight, Change(source, weight, 2))]]);
        using var edited = LanguageModel.Load(source);
        Assert.Equal(edited.BaseHash, fixture.Stored.Hash(ScalarType.Float32));
        fixture.ApplyTo(edited);

        var outcome = fixture.Export("gguf");

        Assert.Equal(0, Assert.Single(outcome.Changed).Rounding);
        using var loaded = LanguageModel.Load(fixture.File);
        Assert.Equal(edited.Weights.Hash(), loaded.BaseHash);
    }

    [Theory]
    [InlineData("mixtral/model-bf16.gguf", "model.layers.1.block_sparse_moe.experts.2.w2.weight", "blk.1.ffn_down_exps.weight")]
    [InlineData("qwen3moe/model-bf16.gguf", "model.layers.0.mlp.experts.3.up_proj.weight", "blk.0.ffn_up_exps.weight")]
    public void An_edited_expert_is_in_the_tensor_of_all_experts(string file, string weight, string tensor)
    {
        var source = GgufFixture.PathOf(file);
        using var fixture = new ExportFixture(source, [[(weight, Change(source, weight, 1))]]);
        using var edited = LanguageModel.Load(source);
        fixture.ApplyTo(edited);

        var outcome = fixture.Export("gguf", new ExportOptions { DType = WrittenType.Float32 });

        Assert.Equal(0, Assert.Single(outcome.Changed).Rounding);
        using var loaded = LanguageModel.Load(fixture.File);
        Assert.Equal(edited.Weights.Hash(), loaded.BaseHash);
        using var before = GgufFile.Open(source);
        using var after = GgufFile.Open(fixture.File);
        Assert.Equal([tensor], before.Entries.Select(entry => entry.Name).Where(name => !Bytes(before, name).SequenceEqual(Bytes(after, name))));
        File.Delete(fixture.File);
        Assert.Equal(
            $"'{weight}' is changed, which GGUF files hold with others in '{tensor}', where no adapter is written; write --to gguf instead.",
            Assert.Throws<AmendException>(() => fixture.Export("gguf-lora")).Message);
    }

    [Theory]
    [InlineData(null, false, "F16", 0, 0.02)]
    [InlineData(null, true, "Q8_0", 0.001, 1)]
    [InlineData("f32", false, "F32", 0, 0)]
    [InlineData("q4_0", false, "Q4_0", 0.01, 10)]
    public void A_quantised_tensor_is_widened_or_quantised_again(string? asked, bool keeps, string type, double least, double most)
    {
        var source = GgufFixture.PathOf("llama_gqa/model-q8_0.gguf");
        using var fixture = new ExportFixture(source, [[(Query, Change(source, Query, 1))]]);

        var outcome = fixture.Export("gguf", new ExportOptions { DType = asked is null ? null : WrittenType.Find(asked), KeepsQuantisation = keeps });

        using var after = GgufFile.Open(fixture.File);
        Assert.Equal(type, after.TypeOf(QueryInFile).Name);
        Assert.Equal("Q8_0", after.TypeOf(DownInFile).Name);
        using var scope = NewDisposeScope();
        using var loaded = LanguageModel.Load(fixture.File);
        var changed = Assert.Single(outcome.Changed);
        Assert.InRange(changed.Rounding, least, most);
        var meant = fixture.Edits.Changed(fixture.Stored, Query);
        Assert.Equal(changed.Rounding, (loaded.Weights[Query].Value - meant).norm().item<float>() / changed.ChangeNorm, 1e-4);
    }

    [Theory]
    [InlineData("llama_linear_bias/model-f32.gguf", Query)]
    [InlineData("llama_linear_bias/model-f32.gguf", Down)]
    [InlineData("gpt2/model-f32.gguf", "transformer.h.0.mlp.c_proj.weight")]
    public void The_factors_of_an_adapter_change_the_files_own_tensor(string file, string weight)
    {
        var source = GgufFixture.PathOf(file);
        using var fixture = new ExportFixture(source, [[(weight, Change(source, weight, 1))], [(weight, Change(source, weight, 2))]]);
        var whole = $"{fixture.Target}-whole.gguf";
        fixture.Export("gguf", to: whole);

        fixture.Export("gguf-lora");

        using var scope = NewDisposeScope();
        using var adapter = GgufFile.Open(fixture.File);
        using var before = GgufFile.Open(source);
        using var after = GgufFile.Open(whole);
        var name = fixture.NameInFile(weight);
        var change = adapter.Load($"{name}.lora_b").matmul(adapter.Load($"{name}.lora_a"));
        Assert.Equal(2, adapter.Entry($"{name}.lora_a").Shape[0]);
        TensorAssert.Close(name, after.Load(name) - before.Load(name), change, 1e-6);
        Assert.Equal("adapter", adapter.Metadata.Text("general.type"));
        Assert.Equal(before.Metadata.Text("general.architecture"), adapter.Metadata.Text("general.architecture"));
        Assert.Equal(0, adapter.Metadata.Number("adapter.lora.alpha"));
    }

    [Fact]
    public void A_model_whose_family_has_no_such_files_is_refused_with_what_to_do()
    {
        const string Bloom = "transformer.h.0.mlp.dense_4h_to_h.weight";
        using var fixture = new ExportFixture(
            GoldenCases.At("families/bloom")[0].Folder, [[(Bloom, ExportFixture.Factors(32, 128, 1, seed: 1))]]);

        Assert.All(["gguf", "gguf-lora"], form => Assert.Contains(
            "is of the family 'bloom', of which no GGUF files are read or written (known: gpt2, gpt_neox, llama, mistral,",
            Assert.Throws<AmendException>(() => fixture.Export(form)).Message, StringComparison.Ordinal));
        Assert.False(Path.Exists(fixture.File));
    }

    private static LowRankDelta Change(string source, string weight, int seed)
    {
        using var stored = StoredModel.Open(source);
        var shape = stored.Weight(weight).Value.shape;
        return ExportFixture.Factors(shape[0], shape[1], 1, seed);
    }

    private static byte[] Bytes(GgufFile file, string name)
    {
        using var stream = new MemoryStream();
        file.Content(name).Write(stream);
        return stream.ToArray();
    }
}
