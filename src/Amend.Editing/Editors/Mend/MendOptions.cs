using Amend.Editing.HyperNetworks;

namespace Amend.Editing.Editors.Mend;

/// <summary>Settings of MEND: which network is used.</summary>
public sealed record MendOptions : NetworkEditorOptions;
