using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Tests.Sessions;

[NoTensorLeaks]
public sealed class EditSessionStateTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();
    private readonly string[] _ids = new string[2];
    private string _hashAfterFirst = "";
    private string _hashAfterBoth = "";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_without_edits_is_its_base()
    {
        using var opened = Open();

        Assert.Empty(opened.Edits);
        Assert.Equal(opened.Model.BaseHash, opened.Model.Weights.Hash());
    }

    [Fact]
    public void The_edits_of_the_store_are_applied()
    {
        MakeTwoEdits();

        using var opened = Open();

        Assert.Equal(_ids, opened.Edits);
        Assert.Equal(_ids, opened.Model.Applied.Ids);
        Assert.Equal(_hashAfterBoth, opened.Model.Weights.Hash());
        opened.Model.Applied.RevertAll();
        Assert.Equal(opened.Model.BaseHash, opened.Model.Weights.Hash());
    }

    [Fact]
    public void A_model_is_opened_as_of_an_edit_or_of_none()
    {
        MakeTwoEdits();

        using var atBase = Open("base");
        using var atFirst = Open(_ids[0]);
        using var atSecond = Open(_ids[1][..8]);

        Assert.Equal(atBase.Model.BaseHash, atBase.Model.Weights.Hash());
        Assert.Equal(_hashAfterFirst, atFirst.Model.Weights.Hash());
        Assert.Equal(_hashAfterBoth, atSecond.Model.Weights.Hash());
    }

    [Fact]
    public void A_reverted_edit_is_not_applied()
    {
        MakeTwoEdits();
        using (var opened = Open("base"))
            opened.Store.Revert(_ids[1]);

        using var again = Open();

        Assert.Equal([_ids[0]], again.Edits);
        Assert.Equal(_hashAfterFirst, again.Model.Weights.Hash());
    }

    [Fact]
    public void A_broken_edit_file_leaves_the_base_usable()
    {
        MakeTwoEdits();
        using (var opened = Open("base"))
            File.WriteAllBytes(opened.Store.PathOf(_ids[0]), [1, 2, 3]);

        var failure = Assert.Throws<AmendException>(() => Open());
        using (var atBase = Open("base"))
        {
            Assert.Equal(atBase.Model.BaseHash, atBase.Model.Weights.Hash());
            atBase.Store.Revert(_ids[0]);
        }

        using var again = Open();
        Assert.Contains($"{_ids[0]}.safetensors' was truncated or altered", failure.Message, StringComparison.Ordinal);
        Assert.Equal([_ids[1]], again.Edits);
    }

    [Fact]
    public void An_edit_that_does_not_exist_is_refused()
    {
        var failure = Assert.Throws<AmendException>(() => Open("abc"));

        Assert.Equal("There is no edit 'abc' of this model; it has none.", failure.Message);
    }

    private EditSession Open(string? at = null) => EditSession.Open(_folder.Path, new SessionOptions { At = at, Home = _folder.Home });

    private void MakeTwoEdits()
    {
        using var model = _folder.Load();
        var store = new EditStore(model, _folder.Home);
        for (var i = 0; i < 2; i++)
        {
            using var edit = SampleEdits.Make(model, seed: i, layer: i);
            store.Add(edit);
            model.Applied.Apply(edit.Id, edit.Effects);
            _ids[i] = edit.Id;
            (_hashAfterFirst, _hashAfterBoth) = (i == 0 ? model.Weights.Hash() : _hashAfterFirst, model.Weights.Hash());
        }
    }
}
