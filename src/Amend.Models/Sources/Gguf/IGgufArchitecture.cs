using System.Text.Json;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// How the models of a family lie in GGUF files: keys and names of the file and of Hugging Face side by side, and what the converter did to
/// the values. Files are read and written by the same lists. What such files leave unsaid is said in <see cref="Assumptions"/>.
/// </summary>
public interface IGgufArchitecture
{
    /// <summary>The file's <c>general.architecture</c>.</summary>
    string Name { get; }

    /// <summary>The <c>model_type</c> of the configuration that a file is read to.</summary>
    string ModelType => Name;

    /// <summary>Whether a file of the architecture's name is of this kind, where there are several; true by default.</summary>
    /// <param name="file">What the file says.</param>
    bool Reads(GgufSettings file) => true;

    /// <summary>
    /// What the architecture's files do not say and is taken as published models have it, a sentence each; nothing by default.
    /// </summary>
    IReadOnlyList<string> Assumptions => [];

    /// <summary>The keys of the family's <c>config.json</c>, each with what a file has for it.</summary>
    IReadOnlyList<GgufKey> Keys { get; }

    /// <summary>The modules of the family under both of their names.</summary>
    /// <param name="config">The configuration, with the keys of <c>config.json</c>.</param>
    /// <exception cref="Tensors.AmendException">A key is missing or mistyped.</exception>
    IReadOnlyList<GgufModule> Modules(JsonElement config);

    /// <summary>The tensors that a file holds of what the configuration says; none by default.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    IReadOnlyList<GgufVector> Vectors(JsonElement config) => [];

    /// <summary>What a configuration says and a file of it does not, so that readers compute something else; a sentence each.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    IReadOnlyList<string> Lost(JsonElement config) => [];
}

/// <summary>A short tensor of numbers in float32.</summary>
/// <param name="Name">What the file calls it.</param>
/// <param name="Values">The numbers.</param>
public sealed record GgufVector(string Name, IReadOnlyList<float> Values);
