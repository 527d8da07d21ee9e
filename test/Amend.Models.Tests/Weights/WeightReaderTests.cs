using Amend.Models.Configuration;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Weights;

[NoTensorLeaks]
public sealed class WeightReaderTests : IDisposable
{
    private static readonly CheckpointForm Form = new("m.")
    {
        PassedOver = [".attn.bias"],
        Copies = [("lm_head.weight", "m.embed.weight")],
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_weight_stored_in_by_out_is_read_out_by_in()
    {
        using var checkpoint = Checkpoint(("m.w", tensor(new float[,] { { 0, 1, 2 }, { 3, 4, 5 } })));

        using var table = WeightReader.ReadAll([new("m.w", [3, 2], StoredTransposed: true)], checkpoint, ScalarType.Float32, CPU, Form);

        Assert.True(table["m.w"].StoredTransposed);
        Assert.Equal([0, 3, 1, 4, 2, 5], table["m.w"].Value.data<float>().ToArray());
    }

    [Fact]
    public void A_name_is_found_without_its_optional_prefix()
    {
        using var checkpoint = Checkpoint(("w", ones(2)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float16, CPU, Form);

        reader.Read("m.w", 2);
        using var table = reader.Finish();

        Assert.Equal(ScalarType.Float16, table["m.w"].Value.dtype);
    }

    [Fact]
    public void Norms_are_found_under_the_names_of_the_first_published_files()
    {
        using var checkpoint = Checkpoint(("bert.LayerNorm.gamma", full(2, 3f)), ("LayerNorm.beta", full(2, 4f)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, new CheckpointForm("bert.")
        {
            OtherNames = [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")],
        });

        reader.Read("bert.LayerNorm.weight", 2);
        reader.Read("bert.LayerNorm.bias", 2);
        using var table = reader.Finish();

        Assert.Equal([3, 3], table["bert.LayerNorm.weight"].Value.data<float>().ToArray());
        Assert.Equal([4, 4], table["bert.LayerNorm.bias"].Value.data<float>().ToArray());
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        using var checkpoint = Checkpoint(("m.a", ones(2)), ("m.b", ones(2, 3)), ("m.d", ones(1)), ("m.h.0.attn.bias", ones(1)), ("lm_head.weight", ones(1)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, Form);

        reader.Read("m.a", 2);
        reader.Read("m.b", 3, 2);
        reader.Read("m.c", 4);
        var error = Assert.Throws<ModelFormatException>(reader.Finish);

        Assert.Equal(
            $"The checkpoint in '{_folder.Path}' does not fit its configuration (3 problems): "
            + "'m.b' is [2,3] where [3,2] was expected; 'm.c' is missing; 'm.d' is not expected; check that both come from the same model.",
            error.Message);
    }

    [Fact]
    public void A_layer_that_the_configuration_does_not_have_is_refused()
    {
        using var checkpoint = Checkpoint(("m.h.0.w", ones(2)), ("m.h.1.w", ones(2)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, Form);

        reader.Read("m.h.0.w", 2);
        var error = Assert.Throws<ModelFormatException>(reader.Finish);

        Assert.Contains("(1 problems): 'm.h.1.w' is not expected;", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_orig_mod.m.a", "_orig_mod.m.b")]
    [InlineData("module.m.a", "module.m.b")]
    [InlineData("module._orig_mod.a", "module._orig_mod.b")]
    [InlineData("m._orig_mod.a", "m._fsdp_wrapped_module.b")]
    public void Names_are_found_behind_what_wrapped_the_model_in_training(string first, string second)
    {
        using var checkpoint = Checkpoint((first, full(2, 3f)), (second, full(2, 4f)));

        using var table = WeightReader.ReadAll([new("m.a", [2]), new("m.b", [2])], checkpoint, ScalarType.Float32, CPU, Form);

        Assert.Equal([3, 3], table["m.a"].Value.data<float>().ToArray());
        Assert.Equal([4, 4], table["m.b"].Value.data<float>().ToArray());
        Assert.Equal(first, table["m.a"].NameInFile);
        Assert.Empty(table.Notes);
    }

    [Fact]
    public void Tensors_of_no_part_of_the_model_are_passed_over_with_a_note()
    {
        using var checkpoint = Checkpoint(("m.a", ones(2)), ("score.weight", ones(2)), ("v_head.summary.bias", ones(1)));

        using var table = WeightReader.ReadAll([new("m.a", [2])], checkpoint, ScalarType.Float32, CPU, Form);

        Assert.Equal("m.a", Assert.Single(table.All).Name);
        Assert.Equal(
            "The weights hold 2 tensors of no part of the model, which are passed over: 'score.weight', 'v_head.summary.bias'.",
            Assert.Single(table.Notes));
    }

    [Fact]
    public void Where_names_are_missing_those_of_the_file_are_shown()
    {
        using var checkpoint = Checkpoint(("net.a", ones(2)), ("net.b", ones(2)));

        var error = Assert.Throws<ModelFormatException>(
            () => WeightReader.ReadAll([new("m.a", [2]), new("m.b", [2])], checkpoint, ScalarType.Float32, CPU, Form));

        Assert.Contains("(2 problems): 'm.a' is missing; 'm.b' is missing; it also holds 'net.a', 'net.b';", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_very_many_problems_some_of_each_kind_are_listed()
    {
        using var checkpoint = Checkpoint([.. Enumerable.Range(10, 30).Select(n => ($"m.new.{n}", ones(1))), ("m.a", ones(1))]);

        var error = Assert.Throws<ModelFormatException>(() => WeightReader.ReadAll(
            [new("m.a", [1]), .. Enumerable.Range(10, 40).Select(n => new WeightSpec($"m.old.{n}", [1]))], checkpoint, ScalarType.Float32, CPU, Form));

        Assert.Contains("(70 problems): 'm.old.10' is missing;", error.Message, StringComparison.Ordinal);
        Assert.Contains("'m.old.19' is missing; 'm.new.10' is not expected;", error.Message, StringComparison.Ordinal);
        Assert.Contains("'m.new.19' is not expected and 50 more;", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1f, 0)]
    [InlineData(2f, 1)]
    public void A_copy_of_the_tied_embedding_is_told_where_it_differs(float value, int notes)
    {
        using var checkpoint = Checkpoint(("m.embed.weight", ones(3, 2)), ("lm_head.weight", full([3, 2], value)));

        using var table = WeightReader.ReadAll([new("m.embed.weight", [3, 2])], checkpoint, ScalarType.Float32, CPU, Form);

        Assert.Equal(notes, table.Notes.Count);
        Assert.All(table.Notes, note => Assert.StartsWith(
            "The weights hold 'lm_head.weight', which differs from 'm.embed.weight', though config.json ties the two (tie_word_embeddings); "
            + "'m.embed.weight' is used for both.", note, StringComparison.Ordinal));
    }

    [Fact]
    public void A_tied_model_that_stores_only_its_head_has_it_for_an_embedding()
    {
        using var checkpoint = Checkpoint(("lm_head.weight", full([3, 2], 5f)), ("m.a", ones(2)));
        WeightSpec[] tied = [new("m.embed.weight", [3, 2]), new("m.a", [2])];

        using var table = WeightReader.ReadAll(tied, checkpoint, ScalarType.Float32, CPU, Form);

        Assert.Equal([5, 5, 5, 5, 5, 5], table["m.embed.weight"].Value.data<float>().ToArray());
        Assert.Equal("lm_head.weight", table["m.embed.weight"].NameInFile);
        var untied = Assert.Throws<ModelFormatException>(() => WeightReader.ReadAll(
            [.. tied, new("lm_head.weight", [3, 2])], checkpoint, ScalarType.Float32, CPU, Form));
        Assert.Contains("(1 problems): 'm.embed.weight' is missing;", untied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_only_the_index_has_is_noted_and_one_that_is_needed_says_where_it_should_be()
    {
        using var one = ones(2);
        SafeTensorsWriter.Write(_folder.File("shard.safetensors"), [("m.a", one)]);
        const string Map = "\"m.a\": \"shard.safetensors\", \"m.extra\": \"shard.safetensors\"";
        File.WriteAllText(_folder.File("model.safetensors.index.json"), $"{{\"weight_map\": {{{Map}}}}}");
        using var checkpoint = Tensors.Files.Checkpoint.Open(_folder.Path);

        using var table = WeightReader.ReadAll([new("m.a", [2])], checkpoint, ScalarType.Float32, CPU, Form);
        var error = Assert.Throws<ModelFormatException>(
            () => WeightReader.ReadAll([new("m.a", [2]), new("m.extra", [2])], checkpoint, ScalarType.Float32, CPU, Form));

        Assert.Equal("The weights' index names 1 tensor that no shard has and the model does not need: 'm.extra'.", Assert.Single(table.Notes));
        Assert.Contains("'m.extra' is missing, though the index places it in 'shard.safetensors';", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_are_no_weights()
    {
        using var checkpoint = Checkpoint(("m.a", ones(2, ScalarType.Byte)));

        var error = Assert.Throws<ModelFormatException>(() => WeightReader.ReadAll([new("m.a", [2])], checkpoint, ScalarType.Float32, CPU, Form));

        Assert.Contains("'m.a' holds Byte values where floating-point numbers were expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bias_of_a_tied_head_is_refused_and_another_head_is_passed_over()
    {
        using var biased = Checkpoint(("m.embed.weight", ones(3, 2)), ("lm_head.bias", ones(3)), ("score.bias", ones(3)));

        var error = Assert.Throws<ModelFormatException>(
            () => WeightReader.ReadAll([new("m.embed.weight", [3, 2])], biased, ScalarType.Float32, CPU, Form));

        Assert.Contains("(1 problems): 'lm_head.bias' is not expected;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_optional_parameter_is_read_where_it_is_and_no_problem_where_it_is_not()
    {
        using var checkpoint = Checkpoint(("_orig_mod.a", ones(2)));
        WeightSpec[] specs = [new("m.a", [2]) { IsOptional = true }, new("m.b", [2]) { IsOptional = true }];

        using var table = WeightReader.ReadAll(specs, checkpoint, ScalarType.Float32, CPU, Form);

        Assert.Equal("m.a", Assert.Single(table.All).Name);
    }

    [Fact]
    public void A_reader_that_did_not_finish_frees_what_it_read()
    {
        using var checkpoint = Checkpoint(("m.a", ones(2)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, Form);

        reader.Read("m.a", 2);
    }

    private Checkpoint Checkpoint(params (string Name, Tensor Value)[] tensors)
    {
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), tensors);
        foreach (var (_, value) in tensors)
            value.Dispose();
        return Tensors.Files.Checkpoint.Open(_folder.Path);
    }
}
