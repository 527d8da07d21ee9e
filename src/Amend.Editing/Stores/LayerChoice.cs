using System.Text.Json;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Editing.Stores;

/// <summary>
/// The layer that was chosen for a model's editors, by tracing or by a sweep of edits: a file for each set of weights
/// (docs/formats/trace.md).
/// </summary>
/// <param name="Format">The name of the file's format.</param>
/// <param name="Model">The model's name.</param>
/// <param name="WeightsHash">The hash of its weights.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Explanation">Why this layer, in one sentence.</param>
public sealed record LayerChoice(string Format, string Model, string WeightsHash, int Layer, string Explanation)
{
    private const string FormatName = "amend.trace.v1";
    private const int HashDigits = 16;

    /// <summary>Keeps a choice in place of an earlier one.</summary>
    /// <param name="folder">Where choices are; made where it is missing.</param>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="explanation">Why this layer, in one sentence.</param>
    /// <returns>The choice's file.</returns>
    /// <exception cref="AmendException">The folder cannot be made or written to.</exception>
    public static string Keep(string folder, LanguageModel model, int layer, string explanation)
    {
        var (path, choice) = (PathOf(folder, model), new LayerChoice(FormatName, model.Name, model.BaseHash, layer, explanation));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"The folder '{folder}' cannot be made ({cause.Message.TrimEnd('.')}); choose one that is writable.", cause);
        }

        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, choice, EditJson.Options));
        return path;
    }

    /// <summary>The choice for a model's weights; null where none was made.</summary>
    /// <exception cref="AmendException">The file is broken or of other weights.</exception>
    public static LayerChoice? Find(string folder, LanguageModel model)
    {
        var path = PathOf(folder, model);
        if (!File.Exists(path))
            return null;
        var choice = Read(path);
        return choice.WeightsHash == model.BaseHash
            ? choice
            : throw new AmendException(
                $"'{path}' is of the weights {choice.WeightsHash[..Math.Min(HashDigits, choice.WeightsHash.Length)]}, "
                + $"not of this model's {model.BaseHash[..HashDigits]}; delete it and choose the layer again.");
    }

    private static LayerChoice Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LayerChoice>(File.ReadAllBytes(path), EditJson.Reading)
                ?? throw new AmendException($"'{path}' holds nothing; delete it and choose the layer again.");
        }
        catch (Exception cause) when (cause is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"'{path}' cannot be read as {FormatName} ({cause.Message.TrimEnd('.')}); delete it and choose the layer again.", cause);
        }
    }

    private static string PathOf(string folder, LanguageModel model) => Path.Combine(folder, $"{model.BaseHash[..HashDigits]}.json");
}
