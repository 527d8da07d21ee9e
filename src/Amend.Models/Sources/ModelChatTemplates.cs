namespace Amend.Models.Sources;

/// <summary>The chat templates of a model, as texts.</summary>
/// <param name="All">The templates, each name once.</param>
/// <param name="Tokens">The special tokens that they may name, by keys such as <c>bos_token</c>.</param>
public sealed record ModelChatTemplates(IReadOnlyList<NamedTemplate> All, IReadOnlyDictionary<string, string> Tokens)
{
    /// <summary>The name of the template that is meant where none is named.</summary>
    public const string DefaultName = "default";
}

/// <summary>A chat template of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">The Jinja text.</param>
/// <param name="Path">The file that it is in.</param>
public sealed record NamedTemplate(string Name, string Text, string Path);
