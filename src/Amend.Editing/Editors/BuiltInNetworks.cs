using Amend.Editing.Editors.Enn;
using Amend.Editing.Editors.Knowledge;
using Amend.Editing.Editors.Mend;
using Amend.Editing.HyperNetworks;
using Amend.Tensors;

namespace Amend.Editing.Editors;

/// <summary>The kinds of trained network that this build's editors use, one line each.</summary>
public static class BuiltInNetworks
{
    /// <summary>All of them, and those that a host added.</summary>
    internal static Registry<INetworkKind> All { get; } = new("editor with a trained network", kind => kind.Editor,
    [
        new KnowledgeNetworkKind(),
        new EfkNetworkKind(),
        new MendNetworks(),
        new EnnNetworks(),
    ]);

    /// <summary>The editors whose networks can be trained.</summary>
    public static IEnumerable<string> Names => All.Names;

    /// <summary>The trainer of an editor's networks.</summary>
    /// <exception cref="AmendException">No editor of the name has a network.</exception>
    public static NetworkTrainer Trainer(string editor) => new(All.Find(editor));
}
