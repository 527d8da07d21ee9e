using Amend.Models.Configuration;
using Amend.Models.Families;
using Amend.Models.Sources;
using Amend.Models.Tokenizers;
using Amend.Tensors.Native;
using TorchSharp;

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
        TorchRuntime.EnsureLoaded();
        using var said = source.Describe();
        // Meanwhile: a large vocabulary takes as long as the weights of a small model.
        var reading = Task.Run(() => source.ReadTokenizer(BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: false));
        try
        {
            var (family, transformer) = LoadTransformer(source, said, options);
            return PutTogether(source, said, options, family, transformer, reading);
        }
        finally
        {
            Task.WaitAny(reading); // Nothing of the source is open any more when the caller goes on.
        }
    }

    /// <summary>Puts a model together without its values; the caller disposes.</summary>
    /// <inheritdoc cref="LanguageModel.LoadShapes"/>
    public static LanguageModel LoadShapes(IModelSource source, torch.ScalarType type)
    {
        TorchRuntime.EnsureLoaded();
        using var said = source.Describe();
        using var checkpoint = source.OpenWeights(isShapesOnly: true);
        var family = FamilyOf(said);
        var transformer = family.Load(said.Configuration, checkpoint, type, torch.META);
        try
        {
            var tokenizer = source.ReadTokenizer(BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: false);
            var bound = BoundTokenizer.For(tokenizer, transformer.Shape);
            return new LanguageModel(source.Name, family.ModelType, transformer, bound, torch.META, hashesLater: true);
        }
        catch
        {
            transformer.Dispose();
            throw;
        }
    }

    private static (IModelFamily Family, TransformerModel Transformer) LoadTransformer(
        IModelSource source, ModelDescription said, LoadOptions options)
    {
        var quantization = QuantizationOf(said);
        using var checkpoint = QuantizedWeights.Explaining(said.Configuration, quantization, () => source.OpenWeights());
        var family = FamilyOf(said);
        return (family, QuantizedWeights.Explaining(
            said.Configuration, quantization, () => options.NewHead is { } head
                ? OfClassifiers(family, source).LoadWithNewHead(said.Configuration, checkpoint, head, options.DType, options.Device)
                : family.Load(said.Configuration, checkpoint, options.DType, options.Device)));
    }

    private static IClassifierFamily OfClassifiers(IModelFamily family, IModelSource source) => family as IClassifierFamily
        ?? throw new ModelFormatException(
            $"'{source.Name}' is of the family {family.ModelType}, which cannot be given a classifier's head; give a model of one of: "
            + $"{string.Join(", ", BuiltInFamilies.All.OfType<IClassifierFamily>().Select(one => one.ModelType))}.");

    private static LanguageModel PutTogether(
        IModelSource source,
        ModelDescription said,
        LoadOptions options,
        IModelFamily family,
        TransformerModel transformer,
        Task<ITokenizer?> reading)
    {
        try
        {
            var tokenizer = transformer is MaskedLanguageModel
                ? source.ReadTokenizer(BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: true)
                : reading.GetAwaiter().GetResult();
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

    /// <summary>The method of quantization whose weights a model's family reads; null where it reads none, or is unknown.</summary>
    public static string? QuantizationOf(ModelDescription? said) =>
        said is null ? null : BuiltInFamilies.All.FindOrNull(said.Configuration.Text("model_type"))?.Quantization;

    /// <summary>The family that a source's configuration names.</summary>
    /// <exception cref="ModelFormatException">It names none that is known.</exception>
    public static IModelFamily FamilyOf(ModelDescription said) =>
        BuiltInFamilies.Find(said.Configuration.Text("model_type"), said.Origin);
}
