using Amend.Models.Families.Bert;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.Electra;

/// <summary>The names and shapes of ELECTRA's parameters on disk, as far as they are not those of <see cref="BertWeights"/>.</summary>
internal static class ElectraWeights
{
    private const string Prefix = "electra.";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix) { PassedOver = [".position_ids"] };

    /// <summary>Embedding and blocks.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="embeddingWidth">embedding_size.</param>
    public static PostNormForm Encoder(BertConfig config, int embeddingWidth) => BertWeights.Encoder(config, Prefix) with
    {
        Input = BertWeights.Input(Prefix) with { Projection = $"{Prefix}embeddings_project" },
        EmbeddingWidth = embeddingWidth,
    };

    /// <summary>The head of a classifier, whose function is always GELU.</summary>
    public static ClassifierForm ClassifierHead(ModelShape shape) =>
        new("classifier.dense", Activations.Find("gelu"), "classifier.out_proj", shape.Width);
}
