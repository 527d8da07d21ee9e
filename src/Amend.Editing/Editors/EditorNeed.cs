using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Editing.Editors;

/// <summary>Whether an editor can edit a model, and what it takes.</summary>
/// <param name="Editor">Its name.</param>
/// <param name="Works">Whether it can.</param>
/// <param name="Reason">Why it cannot, or what it needs first; null where it needs nothing.</param>
/// <param name="Bytes">
/// What an edit holds in memory beside the model, of <see cref="Request"/>; null where it cannot be said before it is made.
/// </param>
public sealed record EditorNeed(string Editor, bool Works, string? Reason, long? Bytes)
{
    /// <summary>Where its settings for the model come from; null where they are those of any model.</summary>
    public PresetNote? Preset { get; init; }

    /// <summary>The request that needs are told for: one, short.</summary>
    public static EditRequest Request { get; } = new("{} is a city in the country of", "Seattle", "France");

    /// <summary>The needs of all editors, in the order of <see cref="BuiltInEditors.All"/>.</summary>
    /// <param name="model">The model, whose weights may have no values (<see cref="LanguageModel.LoadShapes"/>).</param>
    public static IReadOnlyList<EditorNeed> Of(LanguageModel model) =>
        [.. BuiltInEditors.All.Where(editor => editor.Name != NoEdit.EditorName).Select(editor =>
            Of(model, editor) with { Preset = editor.PresetOf(model) })];

    private static EditorNeed Of(LanguageModel model, IEditor editor)
    {
        if (!editor.Info.Kinds.HasFlag(model.Transformer.Kind))
            return new EditorNeed(editor.Name, false, $"needs {editor.Info.Kinds.AsText()}.", null);
        if (editor.Info.NeedsNetwork)
            return new EditorNeed(editor.Name, true, $"needs a network that is trained for the model: amend train {editor.Name}", null);
        var needs = editor.Info.NeedsStatistics ? "needs statistics of the model's keys: amend stats" : null;
        var context = new EditContext();
        if (Refusal(model, editor, context) is not null)
        {
            // Where a preset names no layer, any does for an estimate.
            context = context with { Layer = model.Shape.Layers / 2 };
            if (Refusal(model, editor, context) is { } refusal)
                return new EditorNeed(editor.Name, false, refusal, null);
            var layer = "needs a layer: --layer N, or --layer auto";
            needs = needs is null ? layer : $"{layer}; {needs}";
        }

        return new EditorNeed(editor.Name, true, needs, BytesOf(model, editor, context));
    }

    private static string? Refusal(LanguageModel model, IEditor editor, EditContext context)
    {
        try
        {
            editor.Check(model, context);
            return null;
        }
        catch (AmendException e)
        {
            return e.Message;
        }
    }

    private static long? BytesOf(LanguageModel model, IEditor editor, EditContext context)
    {
        if (!model.HasTokenizer || editor is not IWeighedEditor weighed)
            return null;
        try
        {
            return weighed.BytesOf(model, [Request], context);
        }
        catch (AmendException)
        {
            return null; // A tokenizer with other words than the request's.
        }
    }
}
