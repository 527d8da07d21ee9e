using System.Text.Json;

namespace Amend.Testing;

/// <summary>A folder of stored inputs and outputs of a reference implementation.</summary>
/// <param name="Name">The folder's name, such as <c>gpt2</c>.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Root">The root of the golden files that the case is one of.</param>
/// <param name="Id">What tests call the case, such as <c>fixtures:families/gpt2</c>.</param>
public sealed record GoldenCase(string Name, string Folder, string Root, string Id)
{
    /// <summary>The path of one of the case's files.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>
    /// A folder that cases share, such as <c>models/gpt2_tiny</c> or <c>tokenizer_tiny</c>: the case's own root's, else the fixtures'.
    /// </summary>
    public string Shared(string path)
    {
        var own = Path.Combine(Root, path);
        return Directory.Exists(own) ? own : GoldenCases.At(path) is [var other, ..] ? other.Folder : own;
    }

    /// <summary>Whether the case has a file.</summary>
    public bool Has(string name) => System.IO.File.Exists(File(name));

    /// <summary>A JSON file of the case.</summary>
    public JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(File(name)));
        return document.RootElement.Clone();
    }

    /// <summary>A safetensors file of the case; the caller disposes.</summary>
    public GoldenTensors Tensors(string name) => new(File(name));
}
