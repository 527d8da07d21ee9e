using Amend.Editing.Stores;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Stores;

[NoTensorLeaks]
public sealed class HashCacheTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_hash_of_a_model_that_was_loaded_is_known_for_its_type_until_a_file_of_its_folder_changes()
    {
        Directory.CreateDirectory(_folder.Home.Folder);
        var hashes = new HashCache(_folder.Home);
        Assert.Null(hashes.Find(_folder.Path, ScalarType.Float32));

        var first = Load(hashes);
        Assert.Equal(first, hashes.Find(_folder.Path, ScalarType.Float32));
        Assert.Null(hashes.Find(_folder.Path, ScalarType.BFloat16));

        _folder.WriteWeights(seed: 2);
        Assert.Null(hashes.Find(_folder.Path, ScalarType.Float32));
        Assert.NotEqual(first, Load(hashes));
        Assert.NotEqual(first, hashes.Find(_folder.Path, ScalarType.Float32)!);

        File.WriteAllText(Path.Combine(_folder.Path, "more.json"), "{}");
        Assert.Null(hashes.Find(_folder.Path, ScalarType.Float32));
    }

    [Fact]
    public void A_store_of_a_model_that_is_known_is_opened_without_the_model()
    {
        using var model = _folder.Load();
        using var edit = SampleEdits.Make(model, 1);
        new EditStore(model, _folder.Home).Add(edit);
        Load(new HashCache(_folder.Home));
        var weights = Path.Combine(_folder.Path, "model.safetensors");
        var (written, size) = (File.GetLastWriteTimeUtc(weights), (int)new FileInfo(weights).Length);
        File.WriteAllBytes(weights, new byte[size]); // What only looks the same by name, size and time is not read.
        File.SetLastWriteTimeUtc(weights, written);

        var store = EditStore.Open(_folder.Path, new LoadOptions(), _folder.Home);

        Assert.Equal([edit.Id], store.Applied);
    }

    [Fact]
    public void A_home_that_is_not_there_is_not_made_to_keep_a_hash()
    {
        Assert.Empty(EditStore.Open(_folder.Path, new LoadOptions(), _folder.Home).Applied);

        Assert.False(Directory.Exists(_folder.Home.Folder));
    }

    [Fact]
    public void What_cannot_be_read_as_a_hash_is_as_if_it_were_not_there()
    {
        Directory.CreateDirectory(_folder.Home.Folder);
        var hashes = new HashCache(_folder.Home);
        Load(hashes);
        foreach (var file in Directory.GetFiles(_folder.Home.Cache("hashes")))
            File.WriteAllText(file, "{}");

        Assert.Null(hashes.Find(_folder.Path, ScalarType.Float32));
    }

    [Fact]
    public void A_hash_that_nobody_asks_for_is_not_computed_and_one_of_an_edited_model_is_of_its_base()
    {
        using var known = _folder.Load();
        using var edit = SampleEdits.Make(known, 1);

        var (model, hash) = new HashCache(_folder.Home).Load(_folder.Path, new LoadOptions());
        using (model)
        {
            Assert.False(hash.IsValueCreated);
            model.Applied.Apply(edit.Id, edit.Effects);
            Assert.NotEqual(known.BaseHash, model.Weights.Hash());
            Assert.Equal((known.BaseHash, known.BaseHash), (hash.Value, model.BaseHash));
        }
    }

    private string Load(HashCache hashes)
    {
        var (model, hash) = hashes.Load(_folder.Path, new LoadOptions());
        using (model)
        {
            Assert.Equal(model.BaseHash, hash.Value);
            return hash.Value;
        }
    }
}
