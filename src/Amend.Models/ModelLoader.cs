using Amend.Models.Configuration;
using Amend.Models.Families;
using Amend.Models.Sources;
using Amend.Models.Tokenizers;

namespace Amend.Models;

/// <summary>Makes a model of a source: its family, its weights and its tokenizer.</summary>
internal static class ModelLoader
{
    /// <summary>Loads a model; the caller disposes.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="options">Device, type, and who is told what is worth knowing.</param>
    /// <exception cref="Tensors.AmendException">The source cannot be read as a model of a known family.</exception>
    public static LanguageModel Load(IModelSource source, LoadOptions options)
    {
        using var said = source.Describe();
        using var checkpoint = QuantizedWeights.Explaining(said.Configuration, () => source.OpenWeights());
        var family = FamilyOf(said);
        var transformer = QuantizedWeights.Explaining(
            said.Configuration, () => family.Load(said.Configuration, checkpoint, options.DType, options.Device));
        try
        {
            var tokenizer = source.ReadTokenizer(BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: transformer is MaskedLanguageModel);
            var model = new LanguageModel(source.Name, family.ModelType, transformer,
                BoundTokenizer.For(tokenizer, transformer.Shape), options.Device, options.HashesLater)
            {
                Source = source,
                Ends = said.Ends,
                Notes = [.. said.Notes, .. transformer.Weights.Notes],
            };
            foreach (var note in model.Notes)
                options.Notes?.Report(note);
            return model;
        }
        catch
        {
            transformer.Dispose();
            throw;
        }
    }

    /// <summary>The family that a source's configuration names.</summary>
    /// <exception cref="ModelFormatException">It names none that is known.</exception>
    public static IModelFamily FamilyOf(ModelDescription said) =>
        BuiltInFamilies.Find(said.Configuration.Text("model_type"), said.Origin);
}
