using Amend.Editing;

namespace Amend.Cli.Rendering;

/// <summary>An edit that was stored.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Path">Its file.</param>
/// <param name="Record">What it is.</param>
internal sealed record KeptEdit(string Id, string Path, EditRecord Record);
