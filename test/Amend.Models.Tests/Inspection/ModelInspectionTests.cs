using Amend.Models.Inspection;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Inspection;

[NoTensorLeaks]
public sealed class ModelInspectionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_folder_has_no_problems_and_the_sizes_of_its_model()
    {
        Write();

        var found = ModelInspection.Run(_folder.Path);

        Assert.Empty(found.Problems);
        Assert.Equal("It has no tokenizer's files, so it can be asked by token ids only.", Assert.Single(found.Notes));
        using var model = LanguageModel.Load(_folder.Path);
        Assert.Equal(("gpt2", model.Shape), (found.Family, found.Shape));
        Assert.Equal(model.Weights.All.Sum(weight => weight.Value.numel()), found.Parameters);
        Assert.Equal(ScalarType.BFloat16, found.StoredType);
        Assert.Equal([_folder.File("model.safetensors")], found.WeightFiles);
        Assert.Equal(new FileInfo(_folder.File("model.safetensors")).Length, found.Bytes);
    }

    [Fact]
    public void A_chat_template_is_found_and_one_that_cannot_be_used_is_noted()
    {
        Write();
        Assert.False(ModelInspection.Run(_folder.Path).HasChatTemplate);

        File.WriteAllText(_folder.File("chat_template.jinja"), "{{ messages[0].content }}");
        Assert.True(ModelInspection.Run(_folder.Path).HasChatTemplate);

        File.WriteAllText(_folder.File("chat_template.jinja"), "{% include 'x' %}");
        var found = ModelInspection.Run(_folder.Path);
        Assert.False(found.HasChatTemplate);
        Assert.Empty(found.Problems);
        Assert.Contains("the tag 'include' is not supported here", found.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        Write();
        File.Delete(_folder.File("config.json"));
        _folder.Write("model.safetensors", [1, 2, 3]);
        File.WriteAllText(_folder.File("vocab.json"), "{");

        var problems = ModelInspection.Run(_folder.Path).Problems;

        Assert.Equal(3, problems.Count);
        Assert.Contains("has no config.json", problems[0], StringComparison.Ordinal);
        Assert.Contains("as safetensors", problems[1], StringComparison.Ordinal);
        Assert.Contains("merges.txt", problems[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_unexpected_and_mis_shaped_tensors_are_told_in_one_sentence()
    {
        Write(layers: 1);
        using (var scope = NewDisposeScope())
        {
            using var file = SafeTensorsFile.Open(_folder.File("model.safetensors"));
            var tensors = file.Entries.Select(entry => (entry.Name, file.Load(entry.Name))).ToList();
            tensors.RemoveAll(t => t.Name == "transformer.h.0.ln_1.bias");
            tensors.Add(("transformer.h.7.ln_1.bias", ones(16)));
            tensors.RemoveAll(t => t.Name == "transformer.ln_f.bias");
            tensors.Add(("transformer.ln_f.bias", ones(3)));
            SafeTensorsWriter.Write(_folder.File("other"), tensors);
        }

        File.Move(_folder.File("other"), _folder.File("model.safetensors"), overwrite: true);

        var problem = Assert.Single(ModelInspection.Run(_folder.Path).Problems);

        Assert.Contains("(3 problems): 'transformer.h.0.ln_1.bias' is missing; 'transformer.ln_f.bias' is [3] where [16] was expected; 'transformer.h.7.ln_1.bias' is not expected;", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_family_and_missing_shards_are_told()
    {
        File.WriteAllText(_folder.File("config.json"), """{"model_type":"rwkv"}""");
        File.WriteAllText(_folder.File("model.safetensors.index.json"), """{"weight_map":{"a":"x.safetensors"}}""");

        var problems = ModelInspection.Run(_folder.Path).Problems;

        Assert.Equal(2, problems.Count);
        Assert.Contains("'x.safetensors'", problems[0], StringComparison.Ordinal);
        Assert.Contains("'rwkv'", problems[1], StringComparison.Ordinal);
    }

    private void Write(int layers = 2)
    {
        TinyModels.WriteGpt2Config(_folder.File("config.json"), layers);
        using var table = TinyModels.Gpt2Weights(TinyModels.Gpt2Shape(layers), seed: 1);
        table.Save(_folder.File("model.safetensors"), ScalarType.BFloat16);
    }
}
