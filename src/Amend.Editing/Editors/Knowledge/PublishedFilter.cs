using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// The weights that KnowledgeEditor changes: all matrices of the blocks whose names have none of the words that the authors leave out
/// (<c>include_set</c> in nicola-decao/KnowledgeEditor).
/// </summary>
internal static class PublishedFilter
{
    private static readonly string[] LeftOut =
        ["bias", "norm", "embeddings", "classifier", "pooler", "shared", "embed", "positions"];

    /// <summary>
    /// The weights at layers of every stack; those of an encoder that has more layers than its decoder are taken with the decoder's last.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">Layers of the stack that gives the output; other stacks have the layers of the same numbers.</param>
    /// <param name="modules">Endings of the modules' names, such as <c>mlp.c_fc</c>; all that the filter leaves where empty.</param>
    /// <exception cref="AmendException">A module is at none of the layers.</exception>
    public static IReadOnlyList<ModelWeight> Find(LanguageModel model, IReadOnlyList<int> layers, IReadOnlyList<string> modules)
    {
        var transformer = model.Transformer;
        var found = (
            from stack in transformer.Stacks
            from layer in Enumerable.Range(0, transformer.ShapeOf(stack).Layers)
            where layers.Contains(Math.Min(layer, transformer.Shape.Layers - 1))
            from module in transformer.Modules(stack, layer)
            where !LeftOut.Any(word => module.Weight.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
            select module).ToList();
        foreach (var asked in modules)
        {
            if (!found.Exists(module => IsNamed(module.Name, asked)))
            {
                throw new AmendException(
                    $"No layer of {string.Join(", ", layers)} of '{model.Name}' has a module '{asked}'; name one of "
                    + $"{string.Join(", ", found.Select(module => module.Name).Distinct())}, or its ending.");
            }
        }

        var kept = found.Where(module => modules.Count == 0 || modules.Any(asked => IsNamed(module.Name, asked)));
        return [.. kept.Select(module => module.Weight).Distinct()]; // Layers can share them.
    }

    private static bool IsNamed(string module, string asked) =>
        module == asked || module.EndsWith("." + asked, StringComparison.Ordinal);
}
