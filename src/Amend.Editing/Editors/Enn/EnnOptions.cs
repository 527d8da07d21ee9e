using Amend.Editing.HyperNetworks;

namespace Amend.Editing.Editors.Enn;

/// <summary>Settings of ENN: which trained rates are used.</summary>
public sealed record EnnOptions : NetworkEditorOptions;
