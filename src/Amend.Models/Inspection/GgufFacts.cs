using Amend.Tensors.Files.Gguf;

namespace Amend.Models.Inspection;

/// <summary>What a GGUF file says of itself.</summary>
/// <param name="Architecture"><c>general.architecture</c>; null where the file has none that is a text.</param>
/// <param name="Types">The types of its tensors, the one of most bytes first.</param>
public sealed record GgufFacts(string? Architecture, IReadOnlyList<GgufTypeShare> Types)
{
    /// <summary>The model's own name; null where the file does not say.</summary>
    public string? ModelName { get; init; }

    /// <summary>The kind of tokenizer, such as <c>gpt2</c> or <c>llama</c>; null where the file has none.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>The name of the rules by which texts are cut into words; null where the file names none.</summary>
    public string? WordRules { get; init; }

    /// <summary>What the file leaves unsaid and is taken as published models of the architecture have it, a sentence each.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Reads them.</summary>
    /// <exception cref="GgufException">The file cannot be read.</exception>
    internal static GgufFacts Read(string path, IReadOnlyList<string> assumptions)
    {
        using var file = GgufFile.Open(path);
        var types = from entry in file.Entries
                    group entry by file.TypeOf(entry.Name).Name into type
                    let bytes = type.Sum(entry => entry.Length)
                    orderby bytes descending
                    select new GgufTypeShare(type.Key, type.Count(), bytes);
        return new GgufFacts(TextOrNone("general.architecture"), [.. types])
        {
            ModelName = TextOrNone("general.name"),
            Tokenizer = TextOrNone("tokenizer.ggml.model"),
            WordRules = TextOrNone("tokenizer.ggml.pre"),
            Assumptions = assumptions,
        };

        // A key of another type is a problem that the reading of the model tells.
        string? TextOrNone(string key) =>
            file.Metadata.Contains(key) && file.Metadata.TypeName(key) == "string" ? file.Metadata.Text(key) : null;
    }
}

/// <summary>How much of a GGUF file has a type.</summary>
/// <param name="Type">The type, as the format calls it.</param>
/// <param name="Tensors">The number of tensors.</param>
/// <param name="Bytes">Their size in bytes.</param>
public sealed record GgufTypeShare(string Type, int Tensors, long Bytes);
