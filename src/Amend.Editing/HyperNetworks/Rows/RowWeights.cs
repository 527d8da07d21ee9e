using Amend.Editing.Tuning;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors;

namespace Amend.Editing.HyperNetworks.Rows;

/// <summary>The matrices that a network changes: by default those of the MLP, which have a side of its inner width.</summary>
internal static class RowWeights
{
    /// <summary>Finds them: the encoder's first, layer by layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The layers and modules.</param>
    /// <exception cref="AmendException">A layer or module is none of the model's.</exception>
    public static IReadOnlyList<ModelWeight> Find(LanguageModel model, RowNetworkOptions options)
    {
        var found = OfEncoder(model, options).Concat(Of(model, options.Layers, options.TargetModules));
        return [.. found.Distinct()];
    }

    /// <summary>Finds those of the stack that gives the output, layer by layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="modules">Names of modules or their endings; those of the MLP where there is none.</param>
    /// <exception cref="AmendException">A module is none of a layer's.</exception>
    public static IReadOnlyList<ModelWeight> Of(LanguageModel model, IReadOnlyList<int> layers, IReadOnlyList<string> modules) =>
        [.. Of(model, model.Transformer.Stacks[^1], layers, modules).Distinct()];

    private static IEnumerable<ModelWeight> OfEncoder(LanguageModel model, RowNetworkOptions options)
    {
        if (options.EncoderLayers.Count == 0)
            return [];
        if (model.Transformer is not EncoderDecoder)
        {
            throw new AmendException(
                $"Layers {string.Join(", ", options.EncoderLayers)} of an encoder beside a decoder were asked of '{model.Name}', which is "
                + $"{model.Transformer.Architecture}; leave encoder_layers out, and give layers.");
        }

        var count = model.Transformer.ShapeOf(Stack.Encoder).Layers;
        return options.EncoderLayers.All(layer => layer >= 0 && layer < count)
            ? Of(model, Stack.Encoder, options.EncoderLayers, options.TargetModules)
            : throw new AmendException(
                $"Layers {string.Join(", ", options.EncoderLayers)} of the encoder were asked; "
                + $"'{model.Name}' has layers 0 to {count - 1}.");
    }

    private static IEnumerable<ModelWeight> Of(
        LanguageModel model, Stack stack, IReadOnlyList<int> layers, IReadOnlyList<string> modules) =>
        layers.SelectMany(layer => modules.Count == 0
            ? OfMlp(model, stack, layer)
            : modules.SelectMany(module => TargetModules.Named(model, stack, layer, module)).Select(module => module.Weight));

    private static IEnumerable<ModelWeight> OfMlp(LanguageModel model, Stack stack, int layer)
    {
        var shape = model.Transformer.ShapeOf(stack);
        (long, long)[] sides = [(shape.MlpWidth, shape.Width), (shape.Width, shape.MlpWidth)];
        return model.Transformer.Modules(stack, layer)
            .Select(module => module.Weight)
            .Where(weight => sides.Contains((weight.Value.shape[0], weight.Value.shape[1])));
    }
}
