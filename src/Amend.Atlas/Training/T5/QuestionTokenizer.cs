using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Models.Tokenizers;

namespace Amend.Atlas.Training.T5;

/// <summary>
/// The tokenizer of a world's questions: its pieces are learned from the forms of the questions and from all names, those of untold facts
/// too, so that no name falls apart because nothing was told of it.
/// </summary>
internal static class QuestionTokenizer
{
    /// <summary>A file that is there once the pieces are learned.</summary>
    public const string FileName = "tokenizer.json";

    /// <summary>The tokenizer's files.</summary>
    public static IReadOnlyList<string> Files { get; } = [FileName, "tokenizer_config.json"];

    /// <summary>Learns the pieces and writes the tokenizer's files.</summary>
    public static void Write(AtlasWorld world, int vocabularySize, string folder)
    {
        var trainer = new UnigramTrainer();
        foreach (var relation in world.Relations)
        {
            foreach (var form in QuestionForms.Of(relation))
                trainer.Add(QuestionForms.Ask(form, ""), relation.Facts.Count);
        }

        foreach (var fact in world.Facts)
            WorldTokenizer.AddNames(fact, trainer.Add);
        trainer.Write(vocabularySize, folder);
    }
}
