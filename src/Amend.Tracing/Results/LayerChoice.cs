using Amend.Models;
using Amend.Tensors;

namespace Amend.Tracing.Results;

/// <summary>The layer that was chosen for a model, by tracing or by a sweep of edits, kept for the editors: a file for each set of weights.</summary>
/// <param name="Format"><see cref="TraceJson.Format"/>.</param>
/// <param name="Model">The model's name.</param>
/// <param name="WeightsHash">The hash of its weights.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Explanation">Why this layer, in one sentence.</param>
public sealed record LayerChoice(string Format, string Model, string WeightsHash, int Layer, string Explanation)
{
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
        OutputFolder.Make(folder);
        TraceJson.Write(PathOf(folder, model), new LayerChoice(TraceJson.Format, model.Name, model.BaseHash, layer, explanation));
        return PathOf(folder, model);
    }

    /// <summary>The choice for a model's weights; null where none was made.</summary>
    /// <exception cref="AmendException">The file is broken or of other weights.</exception>
    public static LayerChoice? Find(string folder, LanguageModel model)
    {
        if (!File.Exists(PathOf(folder, model)))
            return null;
        var choice = TraceJson.Read<LayerChoice>(PathOf(folder, model));
        return choice.WeightsHash == model.BaseHash
            ? choice
            : throw new AmendException($"'{PathOf(folder, model)}' is of the weights {choice.WeightsHash[..HashDigits]}, not of this model's {model.BaseHash[..HashDigits]}; delete it and trace again.");
    }

    private static string PathOf(string folder, LanguageModel model) => Path.Combine(folder, $"{model.BaseHash[..HashDigits]}.json");
}
