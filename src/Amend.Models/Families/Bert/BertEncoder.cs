using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Families.Bert;

/// <summary>BERT's encoder from its parameters (Devlin et al. 2019), which is RoBERTa's, too, under another prefix.</summary>
internal static class BertEncoder
{
    /// <summary>Builds the stack over a table.</summary>
    public static PostNormStack From(BertConfig config, WeightTable weights, string prefix)
    {
        var input = new InputEmbedding(
            Embedding.From(weights, prefix + BertWeights.Tokens),
            Embedding.From(weights, prefix + BertWeights.Positions),
            config.PositionOffset,
            LayerNorm.From(weights, prefix + BertWeights.EmbeddingNorm, config.LayerNormEpsilon))
        {
            TokenTypes = Embedding.From(weights, prefix + BertWeights.TokenTypes),
        };
        return new PostNormStack(
            Stack.Encoder, config.Shape, weights, input,
            [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Block(config, weights, prefix, layer))],
            new BlockNames((layer, name) => BertWeights.InBlock(prefix, layer, name), "output.dense"));
    }

    private static PostNormBlock Block(BertConfig config, WeightTable weights, string prefix, int layer)
    {
        Linear Map(string name) => Linear.From(weights, BertWeights.InBlock(prefix, layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, BertWeights.InBlock(prefix, layer, name), config.LayerNormEpsilon);
        return new PostNormBlock(
            new AttentionLayer(
                Map("attention.self.query"), Map("attention.self.key"), Map("attention.self.value"), Map("attention.output.dense"),
                config.Shape.Heads, AttentionForm.Plain),
            Norm("attention.output.LayerNorm"),
            Map("intermediate.dense"), Activations.Find(config.HiddenAct), Map("output.dense"), Norm("output.LayerNorm"));
    }
}
