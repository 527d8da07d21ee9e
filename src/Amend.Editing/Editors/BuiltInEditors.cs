using Amend.Editing.Editors.AlphaEdit;
using Amend.Editing.Editors.Defer;
using Amend.Editing.Editors.Elastic;
using Amend.Editing.Editors.Emmet;
using Amend.Editing.Editors.Enn;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Editors.Grace;
using Amend.Editing.Editors.Ike;
using Amend.Editing.Editors.Knowledge;
using Amend.Editing.Editors.KnowledgeNeurons;
using Amend.Editing.Editors.Lora;
using Amend.Editing.Editors.Memit;
using Amend.Editing.Editors.MemoryNetwork;
using Amend.Editing.Editors.Mend;
using Amend.Editing.Editors.NeuralDb;
using Amend.Editing.Editors.Rehearsal;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Editors.SubjectCodebook;
using Amend.Editing.Editors.UltraEdit;
using Amend.Tensors;

namespace Amend.Editing.Editors;

/// <summary>The editors that this build knows, one line each, and one for each variant with a name of its own.</summary>
public static class BuiltInEditors
{
    /// <summary>All of them, and those that a host added.</summary>
    public static Registry<IEditor> All { get; } = new("editor", editor => editor.Name,
    [
        new RomeEditor(),
        new FineTuningEditor(),
        FineTuningEditor.Bounded(),
        FineTuningEditor.AllBounded(),
        FineTuningEditor.BreadthFirst(),
        new ElasticEditor(),
        new RehearsalEditor(),
        new MemitEditor(),
        new EmmetEditor(),
        new AlphaEditEditor(),
        new LoraEditor(),
        new KnowledgeNeuronsEditor(),
        new UltraEditEditor(),
        new GraceEditor(),
        new SubjectCodebookEditor(),
        new NeuralDbEditor(),
        new DeferEditor(),
        new MemoryNetworkEditor(),
        new IkeEditor(),
        new KnowledgeEditor(),
        KnowledgeEditor.ForDecoders(),
        new MendEditor(),
        new EnnEditor(),
        new NoEdit(),
    ]);

    /// <summary>The editor of a name.</summary>
    /// <exception cref="AmendException">No editor has the name.</exception>
    public static IEditor Find(string name) => All.Find(name);
}
