using System.Text.Json.Nodes;

namespace Amend.Evaluation.Runs;

/// <summary>One editor of a run, with its settings: a row of the report.</summary>
/// <param name="Name">What the report calls it, unique in the run, such as <c>rome</c> or <c>rome:key_policy=bare</c>.</param>
/// <param name="Editor">The editor's name; <c>none</c> for the unedited model.</param>
/// <param name="Settings">Settings that were put over the editor's preset for the model.</param>
/// <param name="Layer">The layer that was asked for; the preset's where null.</param>
public sealed record RunRow(string Name, string Editor, JsonObject Settings, int? Layer);
