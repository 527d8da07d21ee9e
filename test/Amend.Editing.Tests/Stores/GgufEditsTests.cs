using Amend.Editing.Editors.Rome;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Editing.Statistics;
using Amend.Editing.Stores;
using Amend.Editing.Templates;
using Amend.Models;
using TorchSharp;

namespace Amend.Editing.Tests.Stores;

/// <summary>A model of a GGUF file has its edits in the store as any other, on the hash of its weights as they are loaded.</summary>
[NoTensorLeaks]
public sealed class GgufEditsTests : IDisposable
{
    private static readonly EditRequest Mother = new("The {} of", "mother", "a");
    private readonly TempFolder _folder = new();

    private AmendHome Home => new(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qwen2")]
    [InlineData("gpt2")]
    [InlineData("llama_linear_bias")]
    public void An_edit_of_a_file_is_kept_found_again_taken_back_and_fits_the_folder_of_the_same_weights(string name)
    {
        var path = Copy(name);
        using var session = Open(path);

        var kept = Assert.Single(session.Edit(Order).Edits);

        var edited = session.Model.Weights.Hash();
        Assert.NotEqual(session.Model.BaseHash, edited);
        Assert.Equal(session.Model.BaseHash, kept.Record.BaseWeightsHash);
        Assert.Equal([kept.Id], EditStore.Open(path, new LoadOptions(), Home).Applied);
        using (var again = Open(path))
            Assert.Equal(edited, again.Model.Weights.Hash());
        using (var folder = Open(GgufFixture.PathOf($"{name}/hf")))
        {
            Assert.Equal([kept.Id], folder.Edits);
            Assert.Equal(edited, folder.Model.Weights.Hash());
        }

        session.Revert(kept.Id);

        Assert.Equal(session.Model.BaseHash, session.Model.Weights.Hash());
        Assert.Empty(EditStore.Open(path, new LoadOptions(), Home).Applied);
    }

    [Fact]
    public void The_hash_of_a_file_is_known_until_it_or_one_of_its_parts_changes()
    {
        foreach (var part in Directory.GetFiles(GgufFixture.PathOf("variants"), "split-f16-*"))
            File.Copy(part, _folder.File(Path.GetFileName(part)));
        Directory.CreateDirectory(Home.Folder);
        var (path, hashes) = (_folder.File("split-f16-00001-of-00003.gguf"), new HashCache(Home));

        var (model, hash) = hashes.Load(path, new LoadOptions());
        using (model)
            Assert.Equal(model.BaseHash, hash.Value);

        Assert.Equal(hash.Value, hashes.Find(path, torch.ScalarType.Float32));
        File.WriteAllText(_folder.File("beside.gguf"), "another model");
        Assert.Equal(hash.Value, hashes.Find(path, torch.ScalarType.Float32));
        File.SetLastWriteTimeUtc(_folder.File("split-f16-00003-of-00003.gguf"), DateTime.UnixEpoch);
        Assert.Null(hashes.Find(path, torch.ScalarType.Float32));
    }

    private static EditOrder Order => new(new RomeEditor(), [Mother])
    {
        Context = new EditContext { Layer = 0, Statistics = IdentityStatistics.Instance, Templates = ContextTemplates.Bare },
        Policy = new EditPolicy(Anyway: true),
    };

    private EditSession Open(string path) => EditSession.Open(path, new SessionOptions { Home = Home });

    private string Copy(string name)
    {
        var path = _folder.File($"{name}.gguf");
        File.Copy(GgufFixture.PathOf($"{name}/model-f32.gguf"), path);
        return path;
    }
}
