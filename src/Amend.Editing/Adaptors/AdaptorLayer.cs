using Amend.Editing.Tuning;
using Amend.Models;
using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors;

namespace Amend.Editing.Adaptors;

/// <summary>The linear layer that has the adaptor.</summary>
internal static class AdaptorLayer
{
    /// <summary>The stack that settings name, or the one that reads the prompt.</summary>
    /// <exception cref="AmendException">The model has no such stack.</exception>
    public static Stack StackOf(LanguageModel model, AdaptorOptions options)
    {
        var stack = options.Stack ?? model.Transformer.Stacks[0];
        return model.Transformer.Stacks.Contains(stack)
            ? stack
            : throw new AmendException(
                $"The {stack} of '{model.Name}' was asked, which has: {string.Join(", ", model.Transformer.Stacks)}; leave the setting "
                + "stack out.");
    }

    /// <summary>The layer's weight.</summary>
    /// <exception cref="AmendException">The model has no such stack, layer or module, or other layers share it.</exception>
    public static ModelWeight Find(LanguageModel model, AdaptorOptions options)
    {
        var weight = FindAny(model, options);
        var layers = model.Transformer.LayersWith(StackOf(model, options), weight.Name);
        return layers.Count == 1
            ? weight
            : throw new AmendException(
                $"An adaptor at layer {options.Layers[0]} of '{model.Name}' was asked, whose '{weight.Name}' the layers "
                + $"{string.Join(", ", layers)} share, so that it would hold at all of them; use an editor that changes weights, such as "
                + "ft.");
    }

    private static ModelWeight FindAny(LanguageModel model, AdaptorOptions options)
    {
        var (stack, layer) = (StackOf(model, options), options.Layers[0]);
        if (layer >= model.Transformer.ShapeOf(stack).Layers)
        {
            throw new AmendException(
                $"Layer {layer} of the {stack} of '{model.Name}' was asked, which has layers 0 to "
                + $"{model.Transformer.ShapeOf(stack).Layers - 1}.");
        }

        if (options.Module.Length == 0)
            return model.Transformer.DownProjection(stack, layer);
        var found = TargetModules.Named(model, stack, layer, options.Module);
        return found.Count == 1
            ? found[0].Weight
            : throw new AmendException(
                $"module={options.Module} stands for {found.Count} maps of layer {layer} of '{model.Name}'; name one of "
                + $"{string.Join(", ", found.Select(one => one.Name))}.");
    }
}
