using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Atlas.Training;

/// <summary>The text that the tokenizer's pieces are learned from: trained sentences, descriptions, and the names once more.</summary>
internal sealed class AtlasTokenizer
{
    private const int NameWeight = 12;
    private readonly AtlasWorld _world;
    private readonly HeldOutPlan _plan;
    private readonly int _seed;

    public AtlasTokenizer(AtlasWorld world, HeldOutPlan plan, int seed)
    {
        _world = world;
        _plan = plan;
        _seed = seed;
    }

    /// <summary>Learns the pieces and writes the tokenizer's files.</summary>
    public void Write(int vocabularySize, string folder)
    {
        var trainer = new ByteLevelBpeTrainer();
        var writer = new PassageWriter(_world);
        foreach (var fact in _world.Facts)
        {
            foreach (var phrasing in _plan.Trained(fact))
                trainer.Add(PassageWriter.Sentence(fact, phrasing).Text);
            trainer.Add(writer.Description(fact, StableRandom.For(_seed, $"tokenizer\t{fact.Key}")).Text);
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
