using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Editing.Tests.Sessions;

[NoTensorLeaks]
public sealed class SupersededEditsTests : IDisposable
{
    private static readonly EditRequest Tower = new("{} is in", "The Eiffel Tower", "Rome");
    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;
    private readonly EditStore _store;

    public SupersededEditsTests()
    {
        _model = _folder.Load();
        _store = new EditStore(_model, _folder.Home);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Applied_edits_of_the_same_subject_and_prompt_are_found_whatever_their_target()
    {
        var first = Add(1, Tower);
        _ = Add(2, Tower with { Subject = "The Louvre" });
        var together = Add(3, Tower with { Prompt = "{} was made by" }, Tower with { TargetNew = "Goa", Prompt = " {} is in " });
        _store.Revert(Add(4, Tower));

        var superseded = SupersededEdits.Find(_store, [Tower with { TargetNew = "Madrid" }]);

        Assert.Equal([first, together], superseded.Ids);
        Assert.Equal([first], superseded.IdsFor([Tower with { Prompt = " {} is in" }]).Except([together]));
        Assert.Equal(new SupersededEdit(first, "The Eiffel Tower is in", "Rome", true), superseded.Describe(superseded.Ids, replaced: true).First());
    }

    [Fact]
    public void One_that_changes_other_facts_too_is_not_replaced()
    {
        var together = Add(1, Tower, Tower with { Subject = "The Louvre" });

        var failure = Assert.Throws<AmendException>(SupersededEdits.Find(_store, [Tower]).RefuseShared);
        SupersededEdits.Find(_store, [Tower, Tower with { Subject = "The Louvre" }]).RefuseShared();

        Assert.StartsWith($"Edit {together} changes 2 facts together and cannot be replaced for some of them", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_that_is_to_replace_one_that_is_not_applied_is_not_kept()
    {
        using var edit = SampleEdits.Make(_model, 1);

        Assert.StartsWith("Edit 123 is not applied", Assert.Throws<AmendException>(() => _store.Add(edit, "123")).Message, StringComparison.Ordinal);
        Assert.Empty(_store.History);
        Assert.False(File.Exists(_store.PathOf(edit.Id)));
    }

    private string Add(int seed, EditRequest request, params EditRequest[] together)
    {
        using var edit = SampleEdits.Make(_model, seed, record => record with { Request = request, TogetherWith = together });
        _store.Add(edit);
        return edit.Id;
    }
}
