namespace Amend.Editing;

/// <summary>Where an edit is from that another program made.</summary>
/// <param name="Form">The form of its files, such as <c>peft</c>.</param>
/// <param name="Name">The name of its folder or file.</param>
/// <param name="Hash">SHA-256 of its tensors' file, as lower-case hexadecimal.</param>
public sealed record ImportNote(string Form, string Name, string Hash)
{
    /// <summary>The model that it says it is for; null where it says none.</summary>
    public string? Base { get; init; }
}
