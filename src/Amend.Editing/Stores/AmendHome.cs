namespace Amend.Editing.Stores;

/// <summary>Where Amend keeps edits and statistics: <c>$AMEND_HOME</c>, else <c>~/.amend</c>. Nothing is made before it is needed.</summary>
/// <param name="Folder">The folder.</param>
public sealed record AmendHome(string Folder)
{
    /// <summary>The user's home of Amend, as the environment says at each call.</summary>
    public static AmendHome Default => new(
        Environment.GetEnvironmentVariable("AMEND_HOME") is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".amend"));
}
