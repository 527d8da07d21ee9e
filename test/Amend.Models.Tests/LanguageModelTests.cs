using Amend.Models.Configuration;
using Amend.Models.Inspection;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests;

[NoTensorLeaks]
public sealed class LanguageModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_loads_with_its_tokenizer()
    {
        CopyGolden("models/gpt2_tiny", "tokenizer_tiny");

        using var model = LanguageModel.Load(_folder.Path);

        Assert.Equal("gpt2", model.ModelType);
        Assert.Equal(_folder.Path, model.Folder);
        Assert.Equal(Path.GetFileName(_folder.Path), model.Name);
        Assert.Equal(model.Shape.Vocabulary, model.Tokenizer.VocabularySize);
        Assert.Equal(model.Weights.Hash(), model.BaseHash);
        Assert.Equal(model.Complete("The Space Needle is", new() { MaxNewTokens = 5 }), model.Complete("The Space Needle is", new() { MaxNewTokens = 5 }));
        Assert.NotEmpty(model.Complete("The Space Needle is", new() { MaxNewTokens = 5 }));
    }

    [Fact]
    public void The_weights_are_of_the_type_asked_for()
    {
        CopyGolden("models/gpt2_tiny");

        using var model = LanguageModel.Load(_folder.Path, new LoadOptions { DType = ScalarType.BFloat16 });

        Assert.All(model.Weights.All, weight => Assert.Equal(ScalarType.BFloat16, weight.Value.dtype));
    }

    [Fact]
    public void Without_tokenizer_files_a_model_is_asked_by_ids_only()
    {
        CopyGolden("models/gpt2_tiny");

        using var model = LanguageModel.Load(_folder.Path);

        Assert.False(model.HasTokenizer);
        var error = Assert.Throws<ModelFormatException>(() => model.Tokenize("Rome"));
        Assert.EndsWith("has no tokenizer files (tokenizer.json of llama2.c; tokenizer.json; tokenizer.model or spiece.model or spm.model; vocab.json, merges.txt; vocab.txt) and can be asked by token ids only; add them to its folder.", error.Message, StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        Assert.Equal([1, 2, model.Shape.Vocabulary], model.Logits(TokenBatch.Pad([[1, 2]], 0)).shape);
    }

    [Fact]
    public void Next_logits_are_those_at_the_last_token_of_each_row()
    {
        using var model = TinyModels.Gpt2();
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var batch = TokenBatch.Pad([[4, 5], [6, 7, 8]], 0);

        var next = model.NextLogits(batch);

        var all = model.Logits(batch);
        TensorAssert.Close("next logits", stack([all[0, 1], all[1, 2]]), next, 1e-5);
    }

    [Fact]
    public void A_folder_that_is_missing_or_has_no_configuration_is_refused()
    {
        foreach (var folder in (string[])[_folder.File("nowhere"), _folder.Path])
        {
            var error = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(folder));
            Assert.Equal($"'{folder}' is not a model folder: it has no config.json; give a folder in Hugging Face form.", error.Message);
        }
    }

    [Fact]
    public void A_configuration_that_is_no_json_is_refused()
    {
        CopyGolden("models/gpt2_tiny");
        File.WriteAllText(_folder.File("config.json"), "{ \"model_type\": ");

        Assert.StartsWith($"'{_folder.File("config.json")}' is not valid JSON (", Error().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "model_type": "rwkv" }""", "rwkv")]
    [InlineData("""{ "model_type": 3 }""", "")]
    [InlineData("{}", "")]
    [InlineData("[]", "")]
    public void An_unknown_family_is_refused_with_the_known_ones(string config, string found)
    {
        CopyGolden("models/gpt2_tiny");
        File.WriteAllText(_folder.File("config.json"), config);

        Assert.Equal(
            $"'{_folder.File("config.json")}' says model_type '{found}', which is not a family this version knows; known: {string.Join(", ", BuiltInFamilies.All.Select(family => family.ModelType))}.",
            Error().Message);
    }

    [Fact]
    public void Missing_weights_are_refused()
    {
        TinyModels.WriteGpt2Config(_folder.File("config.json"));

        var error = Assert.Throws<AmendException>(() => LanguageModel.Load(_folder.Path));

        Assert.Contains("has neither model.safetensors nor model.safetensors.index.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_mis_shaped_tensors_are_told_in_one_sentence()
    {
        CopyGolden("models/gpt2_tiny");
        var layers = GoldenConfig().GetProperty("n_layer").GetInt32();
        Reconfigure("\"n_layer\": " + layers, "\"n_layer\": " + (layers + 1));
        Reconfigure("\"n_positions\": ", "\"n_positions\": 1");

        var message = Error().Message;

        Assert.Contains("(13 problems)", message, StringComparison.Ordinal);
        Assert.Contains("'transformer.wpe.weight' is [", message, StringComparison.Ordinal);
        Assert.Contains($"'transformer.h.{layers}.ln_1.weight' is missing", message, StringComparison.Ordinal);
        Assert.EndsWith("check that both come from the same model.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_of_another_width_is_told_with_both_shapes()
    {
        CopyGolden("models/gpt2_tiny");
        Reconfigure("\"n_inner\": null", "\"n_inner\": 7");

        Assert.Contains("'transformer.h.0.mlp.c_proj.weight' is [128,32] where [7,32] was expected", Error().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"n_embd\": ", "\"width\": ", "config.json: 'n_embd' should be a whole number above 0 but is missing; check the model folder.")]
    [InlineData("\"n_head\": 4", "\"n_head\": 5", "config.json: n_embd 32 is not a multiple of n_head 5; check the model folder.")]
    [InlineData("\"n_head\": 4", "\"n_head\": \"4\"", "config.json: 'n_head' should be a whole number above 0 but is \"4\"; check the model folder.")]
    [InlineData("\"gelu_new\"", "\"mish\"", "config.json names the activation 'mish'; known: gelu_new, gelu_pytorch_tanh, gelu_fast, gelu, relu, relu2, silu, swish, tanh.")]
    [InlineData("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": 1", "config.json: 'tie_word_embeddings' should be true or false but is 1; check the model folder.")]
    public void A_configuration_that_makes_no_sense_names_the_key(string old, string changed, string sentence)
    {
        CopyGolden("models/gpt2_tiny");
        Reconfigure(old, changed);

        Assert.Equal(sentence, Error().Message);
    }

    [Theory]
    [InlineData("vocab.json", null, "vocab.json' is missing; ")]
    [InlineData("merges.txt", null, "merges.txt' is missing; ")]
    [InlineData("vocab.json", "{", "cannot be read (")]
    [InlineData("vocab.json", "{}", "cannot be read (vocab.json has no pieces); ")]
    [InlineData("merges.txt", "#version: 0.2\na b c\n", "cannot be read (merges.txt has the line 'a b c', which is not two pieces); ")]
    [InlineData("merges.txt", "a z\n", "cannot be read (a merge joins 'a' and 'z', but the vocabulary has no 'az'); ")]
    public void Broken_tokenizer_files_are_refused(string file, string? content, string part)
    {
        CopyGolden("models/gpt2_tiny", "tokenizer_tiny");
        if (content is null)
            File.Delete(_folder.File(file));
        else
            File.WriteAllText(_folder.File(file), content);

        Assert.Contains(part, Error().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_whose_end_of_text_the_model_has_no_row_for_is_refused()
    {
        CopyGolden("families/gpt2", "tokenizer_tiny");

        Assert.Equal(
            "The tokenizer has 193 ids, of which 192 begins or ends a text, and the model has rows for 120; take both from the same model.",
            Error().Message);
    }

    [Fact]
    public void Of_a_tokenizer_larger_than_the_model_only_texts_that_need_the_missing_row_are_refused()
    {
        CopyGolden("models/gpt2_tiny", "tokenizer_tiny");
        File.WriteAllText(_folder.File("added_tokens.json"), """{ "<pad>": 193 }""");

        using var model = LanguageModel.Load(_folder.Path);

        Assert.Equal((194, 193), (model.Tokenizer.VocabularySize, model.Shape.Vocabulary));
        Assert.NotEmpty(model.Complete("The Space Needle is", new() { MaxNewTokens = 2 }));
        var error = Assert.Throws<AmendException>(() => model.Complete("The <pad> is"));
        Assert.Equal(
            "The text has the token 193 ('<pad>'), but the model has rows for 193 tokens only; "
            + "leave it out, or take the model that this tokenizer was made for.", error.Message);
        var found = ModelInspection.Run(_folder.Path);
        Assert.Empty(found.Problems);
        Assert.Contains("The tokenizer has 194 ids, the model rows for 193", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_passed_over_is_told()
    {
        CopyGolden("models/gpt2_tiny");
        using (var scope = NewDisposeScope())
        {
            using var file = Tensors.Files.SafeTensorsFile.Open(_folder.File("model.safetensors"));
            var tensors = file.Entries.Select(entry => (entry.Name, file.Load(entry.Name))).ToList();
            tensors.Add(("v_head.weight", ones(2)));
            Tensors.Files.SafeTensorsWriter.Write(_folder.File("more"), tensors);
        }

        File.Move(_folder.File("more"), _folder.File("model.safetensors"), overwrite: true);
        File.WriteAllText(_folder.File("adapter_config.json"), "{}");
        var told = new List<string>();

        using var model = LanguageModel.Load(_folder.Path, new LoadOptions { Notes = new Listener(told) });

        Assert.Equal(told, model.Notes);
        Assert.Contains("holds an adapter (adapter_config.json), which is not applied", told[0], StringComparison.Ordinal);
        Assert.Equal("The weights hold 1 tensor of no part of the model, which is passed over: 'v_head.weight'.", told[1]);
        Assert.Equal(told, ModelInspection.Run(_folder.Path).Notes.Take(2));
    }

    [Fact]
    public void A_folder_with_an_adapter_alone_says_whose_it_is()
    {
        File.WriteAllText(_folder.File("adapter_config.json"), """{ "base_model_name_or_path": "gpt2" }""");
        _folder.Write("adapter_model.safetensors", [0]);

        Assert.Equal(
            $"'{_folder.Path}' is not a model folder: it holds an adapter (adapter_config.json, adapter_model.safetensors) of the model 'gpt2' and no "
            + "config.json; give the folder of the model, and import the adapter into it with amend import MODEL ADAPTER.", Error().Message);
        Assert.Equal(Error().Message, Assert.Throws<AmendException>(() => new ModelLocator(_folder.Path).Find(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("""{ "quant_method": "gptq", "bits": 4 }""", "gptq, 4 bits")]
    [InlineData("""{ "quant_method": "bitsandbytes", "load_in_8bit": true }""", "bitsandbytes, 8 bits")]
    [InlineData("""{ "quant_method": "fp8" }""", "fp8")]
    [InlineData("""{ "quant_method": "awq", "bits": 4, "version": "gemm" }""", "awq, 4 bits")]
    [InlineData("""{ "quant_method": "hqq", "quant_config": {}, "nbits": 3 }""", "hqq, 3 bits")]
    [InlineData("""{ "quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"] }""", "mxfp4")]
    [InlineData("""{ "quant_method": "torchao", "quant_type": { "default": {} } }""", "torchao")]
    [InlineData(
        """{ "quant_method": "compressed-tensors", "config_groups": { "group_0": { "weights": { "num_bits": 4, "type": "int" } } } }""",
        "compressed-tensors, 4 bits")]
    [InlineData("""{ "quant_method": "compressed-tensors", "config_groups": { "group_0": 1 } }""", "compressed-tensors")]
    [InlineData("""{ "group_size": 64, "bits": 4 }""", "of a method that it does not name, 4 bits", "quantization")]
    [InlineData("""{ "quant_method": "sparseml", "bits": 8 }""", "sparseml, 8 bits", "compression_config")]
    public void Quantized_weights_are_refused_with_their_quantization(string quantization, string described, string key = "quantization_config")
    {
        TinyModels.WriteGpt2Config(_folder.File("config.json"));
        Reconfigure("\"model_type\"", $"\"{key}\": {quantization}, \"model_type\"");
        using (var packed = ones([4, 4], ScalarType.Int32))
            Tensors.Files.SafeTensorsWriter.Write(_folder.File("model.safetensors"), [("transformer.h.0.mlp.c_fc.qweight", packed)]);

        var message = Error().Message;

        Assert.StartsWith($"config.json has a {key} ({described}), and quantized weights are not read (", message, StringComparison.Ordinal);
        Assert.EndsWith("; take the model's weights in float32, float16 or bfloat16, or a GGUF file of it.", message, StringComparison.Ordinal);
        Assert.Equal(message, Assert.Single(ModelInspection.Run(_folder.Path).Problems));
    }

    [Theory]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("NaN")]
    public void A_number_that_Python_writes_and_JSON_lacks_does_harm_only_where_it_is_asked_for(string number)
    {
        CopyGolden("models/gpt2_tiny");
        Reconfigure("\"n_layer\"", $"\"time_step_limit\": [0.0, {number}], \"note\": \"\\\"NaN\", \"n_layer\"");
        LanguageModel.Load(_folder.Path).Dispose();

        Reconfigure("\"layer_norm_epsilon\": ", $"\"layer_norm_epsilon\": {number}, \"old\": ");

        Assert.Contains($"'layer_norm_epsilon' should be a number but is \"{number}\"", Error().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_is_a_Git_LFS_pointer_says_so()
    {
        File.WriteAllText(_folder.File("config.json"), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 665\n");

        Assert.Contains("config.json' is a Git LFS pointer of", Error().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_weights_that_are_no_numbers_nothing_is_said_but_whose_fault_it_is()
    {
        using var model = TinyModels.Gpt2();
        model.Weights.All[3].Value.fill_(double.NaN);
        var sentence = $"'tiny-gpt2-0' gives NaN, not a number, because it has weights that are not finite: '{model.Weights.All[3].Name}'; "
            + "download or train it again.";

        Assert.Equal(sentence, Assert.Throws<AmendException>(() => model.Complete("ab")).Message);
        Assert.Equal(sentence, Assert.Throws<AmendException>(() => Models.Scoring.NextTokens.Top(model, "ab", 3)).Message);
    }

    [Theory]
    [InlineData("config.json", false)]
    [InlineData("generation_config.json", false)]
    [InlineData("generation_config.json", true)]
    public void A_completion_ends_at_the_end_that_the_files_name(string file, bool isList)
    {
        CopyGolden("models/gpt2_tiny", "tokenizer_tiny");
        using var open = LanguageModel.Load(_folder.Path);
        var free = new Models.Generation.Generator(open).Generate([open.Tokenize("The").Ids], new() { MaxNewTokens = 8 })[0];
        var end = free[3];
        var asked = isList ? $"[5000, {end}]" : $"{end}";
        if (file == "config.json")
            Reconfigure("\"eos_token_id\": ", $"\"eos_token_id\": {asked}, \"old\": ");
        else
            File.WriteAllText(_folder.File(file), $"{{ \"eos_token_id\": {asked} }}");

        using var model = LanguageModel.Load(_folder.Path);

        var expected = model.Tokenizer.DecodeContinuation(free.Take(free.ToList().IndexOf(end) + 1));
        Assert.Equal(expected, model.Complete("The", new() { MaxNewTokens = 8 }));
        Assert.Equal(open.Complete("The", new() { MaxNewTokens = 8 }), model.Complete("The", new() { MaxNewTokens = 8, StopAtEndOfText = false }));
    }

    [Fact]
    public void An_empty_prompt_and_one_over_the_context_are_refused()
    {
        using var model = TinyModels.Gpt2();

        var empty = Assert.Throws<AmendException>(() => model.Complete(""));
        var tooLong = Assert.Throws<AmendException>(() => model.Complete(new string('a', 49), new() { MaxNewTokens = 1 }));

        Assert.Equal("The prompt is empty; give at least one word.", empty.Message);
        Assert.Equal("49 tokens were asked of 'tiny-gpt2-0', whose context holds 48; shorten the prompt or generate fewer tokens.", tooLong.Message);
        using var scope = NewDisposeScope();
        Assert.Throws<AmendException>(() => model.Logits(TokenBatch.Pad([new int[49]], 0)));
    }

    private ModelFormatException Error() => Assert.Throws<ModelFormatException>(() => LanguageModel.Load(_folder.Path));

    private static System.Text.Json.JsonElement GoldenConfig() => GoldenCases.At("models/gpt2_tiny")[0].Json("config.json");

    private void CopyGolden(params string[] cases)
    {
        foreach (var path in cases)
        {
            foreach (var file in Directory.EnumerateFiles(GoldenCases.At(path)[0].Folder))
                File.Copy(file, _folder.File(Path.GetFileName(file)));
        }
    }

    private sealed class Listener(List<string> told) : IProgress<string>
    {
        public void Report(string value) => told.Add(value);
    }

    private void Reconfigure(string old, string changed)
    {
        var config = File.ReadAllText(_folder.File("config.json"));
        Assert.Contains(old, config, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("config.json"), config.Replace(old, changed, StringComparison.Ordinal));
    }
}
