using Amend.Atlas.Facts;
using Amend.Models;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Atlas.Training;

/// <summary>What the tokenizers of models that are trained on a world have in common.</summary>
internal static class WorldTokenizer
{
    private const int NameWeight = 12;

    /// <summary>
    /// Has pieces learned from a fact's names, so that they stay short in tokens, also where a word occurs in one name only.
    /// </summary>
    /// <param name="fact">The fact.</param>
    /// <param name="add">Takes a text and how often it counts.</param>
    public static void AddNames(Fact fact, Action<string, int> add)
    {
        add(fact.Subject, NameWeight);
        add(fact.Object, NameWeight);
    }

    /// <summary>Reads the tokenizer that was written to a folder.</summary>
    public static PipelineTokenizer Load(string folder) =>
        (PipelineTokenizer)TokenizerLoader.LoadOrNull(folder, BuiltInFamilies.TokenizerDefaults)!;
}
