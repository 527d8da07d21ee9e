using System.Text.Json.Nodes;
using Amend.Editing.Editors;
using Amend.Models;
using Amend.Models.Inspection;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>What is told of every model before it is loaded: which editors serve it, and which keys of its configuration change nothing.</summary>
[NoTensorLeaks]
public sealed class ModelNeedsContractTests
{
    /// <summary>A key that no family knows, and one of training.</summary>
    private static readonly string[] Unread = ["no_such_key", "resid_pdrop_of_training"];

    public static TheoryData<string> Cases => GoldenCases.Rows(FamilyModel.All.Where(golden => golden.Id.StartsWith("fixtures:", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_editor_serves_exactly_the_models_of_its_kinds_and_says_why_where_it_cannot_edit(string id)
    {
        using var model = FamilyModel.Load(id);
        using var shapes = LanguageModel.LoadShapes(GoldenCases.Find(id).Folder);

        var needs = EditorNeed.Of(shapes);

        Assert.Equal(BuiltInEditors.All.Select(editor => editor.Name).Where(name => name != NoEdit.EditorName), needs.Select(need => need.Editor));
        Assert.All(needs, need =>
        {
            var isOfKind = BuiltInEditors.Find(need.Editor).Info.Kinds.HasFlag(model.Transformer.Kind);
            Assert.True(isOfKind || !need.Works, need.Editor);
            Assert.True(need.Works || need.Reason is { Length: > 0 }, need.Editor);
            if (isOfKind && !need.Works)
                Assert.Contains("; ", need.Reason, StringComparison.Ordinal);
        });
        Assert.Equal(model.Weights.All.Select(weight => (weight.Name, string.Join(',', weight.Value.shape))), shapes.Weights.All.Select(weight => (weight.Name, string.Join(',', weight.Value.shape))));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_keys_that_are_ignored_can_be_anything_and_the_model_stays_the_same(string id)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        var golden = GoldenCases.Find(id);
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(golden.File("config.json")))!;
        foreach (var key in Unread)
            config[key] = 0.5;
        Write(config);
        File.Copy(golden.File("model.safetensors"), folder.File("model.safetensors"));

        var ignored = ModelInspection.Run(folder.Path).FindIgnored();
        foreach (var setting in ignored)
            config[setting.Key] = "anything";
        Write(config);

        using var model = FamilyModel.Load(id);
        using var same = FamilyModel.LoadFolder(folder.Path);
        Assert.Subset(ignored.Select(setting => setting.Key).ToHashSet(), Unread.ToHashSet());
        Assert.Equal("this family does not read it", ignored.Single(setting => setting.Key == Unread[0]).Why);
        Assert.Equal("it is for training only", ignored.Single(setting => setting.Key == Unread[1]).Why);
        Assert.DoesNotContain(ignored, setting => setting.Key is "vocab_size" or "model_type" or "architectures");
        TensorAssert.Equal("logits", FamilyModel.Logits(model), FamilyModel.Logits(same));

        void Write(JsonObject written) => File.WriteAllText(folder.File("config.json"), written.ToJsonString());
    }
}
