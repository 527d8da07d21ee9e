using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Tests.Stores;

[NoTensorLeaks]
public sealed class EditChoiceTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();
    private readonly EditStore _store;
    private readonly string[] _ids = new string[3];

    public EditChoiceTests()
    {
        using var model = _folder.Load();
        _store = new EditStore(model, _folder.Home);
        for (var seed = 0; seed < 3; seed++)
        {
            using var edit = SampleEdits.Make(model, seed);
            _store.Add(edit);
            _ids[seed] = edit.Id;
        }

        _store.Revert(_ids[1]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void States_and_edits_are_named_in_one_way()
    {
        Assert.Empty(EditChoice.Find(_store, "base"));
        Assert.Equal([_ids[0], _ids[2]], EditChoice.Find(_store, "head"));
        Assert.Equal([_ids[0], _ids[2]], EditChoice.Find(_store, "all"));
        Assert.Equal([_ids[0], _ids[1]], EditChoice.Find(_store, $"@{_ids[1][..8]}"));
        Assert.Empty(EditChoice.Find(_store, "@base"));
        Assert.Equal([_ids[1]], EditChoice.Find(_store, _ids[1]));
        Assert.Equal([_ids[0], _ids[2]], EditChoice.Find(_store, $"{_ids[2]}, {_ids[0]},{_ids[2]}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("xyz")]
    [InlineData("@xyz")]
    [InlineData(",")]
    public void What_names_no_edit_is_refused(string choice) => Assert.Throws<AmendException>(() => EditChoice.Find(_store, choice));
}
