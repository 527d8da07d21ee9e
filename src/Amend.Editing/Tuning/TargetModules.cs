using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors;

namespace Amend.Editing.Tuning;

/// <summary>The weights of a model's layers that are tuned, by the names of their modules, as PEFT's <c>target_modules</c>.</summary>
internal static class TargetModules
{
    /// <summary>Stands for every linear map of a layer, as it does in PEFT.</summary>
    public const string AllLinear = "all-linear";

    private const string WeightEnd = ".weight";

    /// <summary>
    /// The weights at layers of the stack that gives the output, each once where layers share them; the MLP's down projections, of a
    /// mixture those of all its experts, where no module is named.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="modules">
    /// Module names within a block, such as <c>attn.c_attn</c>, or their endings, such as <c>c_attn</c>, or those of tensors of the files
    /// that hold several modules, such as <c>mlp.experts.down_proj</c>; <see cref="AllLinear"/> for all.
    /// </param>
    /// <param name="biases">Whether the modules' biases are wanted too, where there are any.</param>
    /// <exception cref="AmendException">A layer has no module of the name.</exception>
    public static IReadOnlyList<ModelWeight> Find(
        LanguageModel model, IReadOnlyList<int> layers, IReadOnlyList<string> modules, bool biases)
    {
        var found = layers.SelectMany(layer => modules.Count == 0
            ? model.Transformer.Modules(layer).Where(one => model.Transformer.DownMap(layer).Parts.Contains(one.Weight))
            : modules.SelectMany(module => Named(model, model.Transformer.Stacks[^1], layer, module)).Distinct());
        return [.. found.SelectMany(one => biases && one.Bias is not null ? [one.Weight, one.Bias] : new[] { one.Weight }).Distinct()];
    }

    /// <summary>The modules of a block that a name stands for.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="layer">The block.</param>
    /// <param name="module">A module's name within the block, or its ending, or <see cref="AllLinear"/>.</param>
    /// <exception cref="AmendException">There is none.</exception>
    public static IReadOnlyList<BlockModule> Named(LanguageModel model, Stack stack, int layer, string module)
    {
        var all = model.Transformer.Modules(stack, layer);
        if (module == AllLinear)
            return all;
        BlockModule[] found = [.. all.Where(one => IsCalled(one.Name, module) || IsCalled(TensorOf(one), module))];
        return found.Length > 0
            ? found
            : throw new AmendException(
                $"Layer {layer} of '{model.Name}' has no module '{module}'; name one of "
                + $"{string.Join(", ", all.DistinctBy(WithoutNumber).Select(one => one.Name))}, or its ending, or {AllLinear}.");
    }

    /// <summary>What the modules of all experts of a mixture are called alike.</summary>
    private static string WithoutNumber(BlockModule module) =>
        string.Join('.', module.Name.Split('.').Where(part => !part.All(char.IsAsciiDigit)));

    /// <summary>The tensor of the files that holds a module with others, without the end of weights; null where none does.</summary>
    private static string? TensorOf(BlockModule module) =>
        module.Weight.Place?.Tensor is { } tensor && tensor.EndsWith(WeightEnd, StringComparison.Ordinal) ? tensor[..^WeightEnd.Length]
            : module.Weight.Place?.Tensor;

    private static bool IsCalled(string? name, string module) =>
        name == module || name?.EndsWith("." + module, StringComparison.Ordinal) == true;
}
