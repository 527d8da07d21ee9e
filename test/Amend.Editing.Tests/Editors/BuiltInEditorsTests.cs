using Amend.Editing.Editors;
using Amend.Tensors;

namespace Amend.Editing.Tests.Editors;

public sealed class BuiltInEditorsTests
{
    [Fact]
    public void Editors_are_found_by_their_names()
    {
        Assert.All(BuiltInEditors.All, editor => Assert.Same(editor, BuiltInEditors.Find(editor.Name)));
        Assert.Equal(["rome", "ft", "ft-l", "zhu", "locft-bf", "ft-ewc", "ft-retrain", "memit", "emmet", "alphaedit", "lora", "kn", "ultraedit", "grace", "subject-codebook", "neuraldb", "defer", "memory", "ike", "ke", "efk", "mend", "enn", "none"], BuiltInEditors.All.Select(editor => editor.Name));
    }

    [Fact]
    public void An_unknown_editor_lists_the_known_ones()
    {
        var failure = Assert.Throws<AmendException>(() => BuiltInEditors.Find("ROME"));

        Assert.StartsWith("No editor is named 'ROME' (did you mean rome?); known: rome, ft, ", failure.Message, StringComparison.Ordinal);
    }
}
