using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models.Tokenizers;

namespace Amend.Atlas.Training;

/// <summary>The text that the tokenizer's pieces are learned from: trained sentences, descriptions, and the names once more.</summary>
internal sealed class AtlasTokenizer
{
    private const int NameWeight = 12;
    private readonly AtlasWorld world;
    private readonly HeldOutPlan plan;
    private readonly int seed;

    public AtlasTokenizer(AtlasWorld world, HeldOutPlan plan, int seed)
    {
        this.world = world;
        this.plan = plan;
        this.seed = seed;
    }

    /// <summary>Learns the pieces and writes the tokenizer's files.</summary>
    public void Write(int vocabularySize, string folder)
    {
        var trainer = new ByteLevelBpeTrainer();
        var writer = new PassageWriter(world);
        foreach (var fact in world.Facts)
        {
            foreach (var phrasing in plan.Trained(fact))
                trainer.Add(PassageWriter.Sentence(fact, phrasing).Text);
            trainer.Add(writer.Description(fact, StableRandom.For(seed, $"tokenizer\t{fact.Key}")).Text);
            // Names stay short in tokens, also where a word occurs in one name only.
            foreach (var name in (string[])[fact.Subject, fact.Object])
            {
                trainer.Add(name, NameWeight);
                trainer.Add(" " + name, NameWeight);
            }
        }

        trainer.Write(vocabularySize, folder);
    }
}
