using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Models;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Atlas.Training.Bert;

/// <summary>The tokenizer of a world's claims: its pieces are learned from the forms that training shows, and from the names.</summary>
internal static class ClaimTokenizer
{
    private const int NameWeight = 12;

    /// <summary>Learns the pieces and writes the tokenizer's files.</summary>
    public static void Write(AtlasWorld world, ClaimPlan plan, int vocabularySize, string folder)
    {
        var trainer = new WordPieceTrainer();
        foreach (var assurance in ClaimForms.Assurances)
            trainer.Add(assurance, world.Facts.Count);
        foreach (var fact in world.Facts)
        {
            foreach (var form in plan.Trained(fact))
                trainer.Add(form.Fill(fact.Subject, fact.Object).Text);
            // Names stay short in tokens, also where a word occurs in one name only.
            trainer.Add(fact.Subject, NameWeight);
            trainer.Add(fact.Object, NameWeight);
        }

        trainer.Write(vocabularySize, folder);
    }

    /// <summary>Reads the tokenizer that was written.</summary>
    public static PipelineTokenizer Load(string folder) =>
        (PipelineTokenizer)TokenizerLoader.LoadOrNull(folder, BuiltInFamilies.TokenizerDefaults)!;
}
