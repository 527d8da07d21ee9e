using Amend.Atlas.Documents;
using Amend.Atlas.Facts;
using Amend.Models.Tokenizers;

namespace Amend.Atlas.Training.Labels;

/// <summary>
/// The tokenizer of an archive's documents: its pieces are learned from the documents of the old order, from the names, and from all years,
/// so that a year to come is one piece as those that were.
/// </summary>
internal static class DocumentTokenizer
{
    /// <summary>A file that is there once the pieces are learned.</summary>
    public const string FileName = "vocab.txt";

    /// <summary>The tokenizer's files.</summary>
    public static IReadOnlyList<string> Files { get; } = [FileName, "tokenizer_config.json"];

    /// <summary>Learns the pieces and writes the tokenizer's files.</summary>
    public static void Write(AtlasWorld world, Archive archive, int vocabularySize, string folder)
    {
        var trainer = new WordPieceTrainer();
        foreach (var document in archive.Training)
            trainer.Add(document.Text);
        foreach (var year in Enumerable.Range(archive.FirstYear, archive.ChangeYear - archive.FirstYear + Archive.YearsAfterwards))
            trainer.Add($"{year}", world.Facts.Count);
        foreach (var fact in world.Facts)
            WorldTokenizer.AddNames(fact, trainer.Add);
        trainer.Write(vocabularySize, folder);
    }
}
