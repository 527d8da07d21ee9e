using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Models.Tokenizers;

namespace Amend.Atlas.Training.Bert;

/// <summary>The tokenizer of a world's claims: its pieces are learned from the forms that training shows, and from the names.</summary>
internal static class ClaimTokenizer
{
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
            WorldTokenizer.AddNames(fact, trainer.Add);
        }

        trainer.Write(vocabularySize, folder);
    }
}
