using System.Text.Json.Serialization;
using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Inspection;

/// <summary>A model's folder or file in short.</summary>
/// <param name="Name">What the model is called where it was looked for.</param>
/// <param name="Folder">Its folder, or its GGUF file.</param>
public sealed record ModelSummary(string Name, string Folder)
{
    /// <summary>The family's <c>model_type</c>; null where it is not known.</summary>
    public string? Family { get; init; }

    /// <summary>The number of parameters; 0 where there is no model.</summary>
    public long Parameters { get; init; }

    /// <summary>The sizes; null where configuration and tensors do not give a model.</summary>
    public ModelShape? Shape { get; init; }

    /// <summary>The names of the weights' files.</summary>
    public IReadOnlyList<string> WeightFiles { get; init; } = [];

    /// <summary>The size of those files in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>
    /// The type that most elements have in the files, as <see cref="WeightTypes"/> or, of a GGUF file, the format calls it; null where
    /// there are none.
    /// </summary>
    [JsonPropertyName("dtype")]
    public string? DType { get; init; }

    /// <summary>The tokenizer's number of ids; null where there is none.</summary>
    public int? TokenizerSize { get; init; }

    /// <summary>Whether there is a chat template that can be used.</summary>
    public bool HasChatTemplate { get; init; }

    /// <summary>The hash of the weights; null where it was not computed.</summary>
    public string? WeightsHash { get; init; }

    /// <summary>What a GGUF file says of itself; null for a folder, and for a file that cannot be read.</summary>
    public GgufFacts? Gguf { get; init; }

    /// <summary>What keeps the model from being used, a sentence each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What is worth knowing, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What was found, in short.</summary>
    public static ModelSummary Of(string name, ModelInspection found) => new(name, found.Folder)
    {
        Family = found.Family,
        Parameters = found.Parameters,
        Shape = found.Shape,
        WeightFiles = [.. found.WeightFiles.Select(file => Path.GetFileName(file))],
        Bytes = found.Bytes,
        DType = found.Gguf is { Types: [var most, ..] } ? most.Type : found.StoredType is { } type ? WeightTypes.NameOf(type) : null,
        Gguf = found.Gguf,
        TokenizerSize = found.TokenizerSize,
        HasChatTemplate = found.HasChatTemplate,
        Problems = found.Problems,
        Notes = found.Notes,
    };
}

/// <summary>Models that can be given by name.</summary>
/// <param name="Models">The models, embedded ones first.</param>
public sealed record ModelList(IReadOnlyList<ModelSummary> Models);
