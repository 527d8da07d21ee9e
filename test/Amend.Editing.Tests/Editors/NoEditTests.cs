using Amend.Editing.Editors;
using Amend.Tensors;

namespace Amend.Editing.Tests.Editors;

[NoTensorLeaks]
public sealed class NoEditTests
{
    [Fact]
    public void Nothing_is_edited_and_the_weights_are_the_bases()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();

        using var result = new NoEdit().Apply(model, [new EditRequest("{} lies in", "Java", "Arctic")], new EditContext());

        Assert.Empty(result.Edits);
        Assert.True(result.Converged);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void A_layer_and_settings_are_refused_by_name()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var context = new EditContext { Layer = 2, Settings = new Dictionary<string, string> { ["v_lr"] = "0.3" } };

        Assert.Contains("v_lr, layer", Assert.Throws<AmendException>(() => new NoEdit().Check(model, context)).Message, StringComparison.Ordinal);
        new NoEdit().Check(model, new EditContext());
    }
}
