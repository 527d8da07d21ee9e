using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>The weights of a model's layers that are tuned, by the names of their modules, as PEFT's <c>target_modules</c>.</summary>
internal static class TargetModules
{
    private const string Weight = ".weight";

    /// <summary>The weights at layers; the MLP's down projections where no module is named.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="modules">Endings of module names in the checkpoint, such as <c>attn.c_attn</c>, or <c>c_attn</c>.</param>
    /// <param name="biases">Whether the modules' biases are wanted too, where there are any.</param>
    /// <exception cref="AmendException">A layer has no module of the name.</exception>
    public static IReadOnlyList<ModelWeight> Find(LanguageModel model, IReadOnlyList<int> layers, IReadOnlyList<string> modules, bool biases)
    {
        var weights = model.Weights;
        var found = new List<ModelWeight>();
        foreach (var layer in layers)
        {
            var down = model.Transformer.DownProjection(layer);
            var block = Block(model, down.Name, layer);
            foreach (var weight in modules.Count == 0 ? [down] : modules.SelectMany(module => Ending(block, module, model, layer)).Distinct())
            {
                found.Add(weight);
                var bias = weight.Name[..^Weight.Length] + ".bias";
                if (biases && weights.Contains(bias))
                    found.Add(weights[bias]);
            }
        }

        return found;
    }

    /// <summary>The matrices of a block: those whose names begin as its down projection's does, up to its number.</summary>
    private static List<ModelWeight> Block(LanguageModel model, string down, int layer)
    {
        var number = FormattableString.Invariant($".{layer}.");
        var prefix = down[..(down.IndexOf(number, StringComparison.Ordinal) + number.Length)];
        return [.. model.Weights.All.Where(weight =>
            weight.Name.StartsWith(prefix, StringComparison.Ordinal) && weight.Name.EndsWith(Weight, StringComparison.Ordinal) && weight.Value.dim() == 2)];
    }

    private static List<ModelWeight> Ending(List<ModelWeight> block, string module, LanguageModel model, int layer)
    {
        var found = block.Where(weight => weight.Name.EndsWith("." + module + Weight, StringComparison.Ordinal)).ToList();
        return found.Count > 0
            ? found
            : throw new AmendException(
                $"Layer {layer} of '{model.Name}' has no module '{module}'; name one of {string.Join(", ", block.Select(weight => weight.Name[..^Weight.Length]))} by its ending.");
    }
}
