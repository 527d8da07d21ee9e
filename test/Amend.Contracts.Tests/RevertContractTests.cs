using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>
/// Any edit can be taken back among others: the model is then, bit for bit, the base with the remaining edits in the log's order.
/// </summary>
[NoTensorLeaks]
public sealed class RevertContractTests
{
    private const int Many = 50;
    private const int Few = 3;

    public static TheoryData<string> Editors => [.. TinyEdits.Editors];

    public static TheoryData<string, string> FamiliesAndEditors
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var golden in FamilyModel.OneDecoderOfEach)
            {
                foreach (var editor in TinyEdits.Editors)
                    data.Add(golden.Id, editor);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Editors))]
    public void Any_of_50_edits_on_GPT2_is_taken_back_to_what_the_log_says(string editor) => Check(() => TinyModels.Gpt2(layers: 3), editor, Many);

    [Theory]
    [MemberData(nameof(FamiliesAndEditors))]
    public void Any_of_3_edits_on_every_family_is_taken_back_to_what_the_log_says(string family, string editor) => Check(() => FamilyModel.Load(family), editor, Few);

    [Theory]
    [MemberData(nameof(Editors))]
    public void Any_of_3_edits_in_half_precision_is_taken_back_to_what_the_log_says(string editor) =>
        Check(() => TinyModels.Gpt2(layers: 3, dtype: ScalarType.BFloat16), editor, Few);

    private static void Check(Func<LanguageModel> load, string editor, int count)
    {
        using var folder = new TempFolder();
        using var model = load();
        var store = new EditStore(model, new AmendHome(folder.Path));
        if (!Edit(model, store, editor, count))
            return;
        using var other = load();
        store.ApplyTo(other, store.Applied);
        Assert.Equal(TinyEdits.State(other), TinyEdits.State(model));
        // The first is taken back in the model as the editor left it, the others in one that was built from the files.
        foreach (var id in store.Applied.Reverse())
        {
            model.Applied.Revert(id);
            other.Applied.RevertAll();
            store.ApplyTo(other, [.. store.Applied.Where(applied => applied != id)]);
            Assert.Equal(TinyEdits.State(other), TinyEdits.State(model));
            model.Applied.RevertAll();
            Assert.Equal(model.BaseHash, TinyEdits.State(model));
            store.ApplyTo(model, store.Applied);
        }

        CheckLog(model, other, store);
    }

    /// <summary>Takes back one in the middle and then all, as <c>amend revert</c> does.</summary>
    private static void CheckLog(LanguageModel model, LanguageModel other, EditStore store)
    {
        var middle = store.Applied[store.Applied.Count / 2];
        store.Revert(middle);
        model.Applied.Revert(middle);
        other.Applied.RevertAll();
        store.ApplyTo(other, store.Applied);
        Assert.DoesNotContain(middle, store.Applied);
        Assert.Equal(TinyEdits.State(other), TinyEdits.State(model));
        store.Revert([.. store.Applied.Reverse()]);
        model.Applied.RevertAll();
        Assert.Empty(store.Applied);
        Assert.Equal(model.BaseHash, TinyEdits.State(model));
    }

    /// <summary>Makes edits one after another and keeps them; false where the editor cannot edit such a model, and says so.</summary>
    private static bool Edit(LanguageModel model, EditStore store, string editor, int count)
    {
        using var means = new EditingMeans(model);
        var context = TinyEdits.Context(editor, means);
        for (var i = 0; i < count; i++)
        {
            try
            {
                using var result = BuiltInEditors.Find(editor).Apply(model, [TinyEdits.Request(i)], context);
                store.Add(result.Edits.Single());
            }
            catch (AmendException refusal) when (i == 0)
            {
                Assert.True(refusal.Message.EndsWith("use another editor.", StringComparison.Ordinal) || refusal.Message.Contains("is a mixture of experts", StringComparison.Ordinal), refusal.Message);
                Assert.Equal(model.BaseHash, TinyEdits.State(model));
                return false;
            }
        }

        Assert.NotEqual(model.BaseHash, TinyEdits.State(model));
        return true;
    }
}
