namespace Amend.Models.Sources.Gguf;

/// <summary>
/// How the models of a family lie in GGUF files: keys and names of the file as Hugging Face has them, and what the converter did to
/// the values. What such files leave unsaid is said in <see cref="Assumptions"/>.
/// </summary>
public interface IGgufArchitecture
{
    /// <summary>The file's <c>general.architecture</c>.</summary>
    string Name { get; }

    /// <summary>What the architecture's files do not say and is taken as published models have it, a sentence each.</summary>
    IReadOnlyList<string> Assumptions { get; }

    /// <summary>The configuration, with the keys of the family's <c>config.json</c>.</summary>
    /// <param name="settings">What the file says.</param>
    /// <exception cref="Tensors.AmendException">A key is missing or mistyped, or asks for what the family does not have.</exception>
    IReadOnlyDictionary<string, object?> Configure(GgufSettings settings);

    /// <summary>The modules of the family under both of their names.</summary>
    /// <param name="settings">What the file says.</param>
    /// <exception cref="Tensors.AmendException">A key is missing or mistyped.</exception>
    IReadOnlyList<GgufModule> Modules(GgufSettings settings);
}
