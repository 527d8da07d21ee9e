using Amend.Models.Shapes;

namespace Amend.Models.Inspection;

/// <summary>
/// What a model and its passes hold in memory, by parameters, type and shape: estimates from above, which leave out what the allocator
/// keeps and the program itself. Activations are those of one block at a time, since a block's are freed before the next.
/// </summary>
/// <param name="shape">The sizes.</param>
/// <param name="elementSize">The bytes of an element of the weights' type.</param>
public sealed class PassMemory(ModelShape shape, int elementSize)
{
    /// <summary>That of a model, whose weights may have no values.</summary>
    public static PassMemory Of(LanguageModel model) => new(model.Shape, (int)model.Weights.All[0].Value.element_size());

    /// <summary>The bytes of the parameters.</summary>
    /// <param name="parameters">How many there are.</param>
    public long OfWeights(long parameters) => parameters * elementSize;

    /// <summary>
    /// The bytes of a block's activations: norms, queries, keys, values, attention's and residual sums (10 D), the MLP (3 F).
    /// </summary>
    /// <param name="tokens">The tokens that are computed at once.</param>
    public long OfBlock(long tokens) => tokens * ((10L * shape.Width) + (3L * shape.MlpWidth)) * elementSize;

    /// <summary>
    /// The bytes of a question and its answer: a block's activations and attention scores (2 H T), the keys and values of all layers
    /// (2 L D), and the logits of a token in the weights' type and in float32.
    /// </summary>
    /// <param name="tokens">The tokens of both.</param>
    public long OfAnswer(long tokens) =>
        OfBlock(tokens) + (((2L * shape.Heads * tokens) + (2L * shape.Layers * shape.Width)) * tokens * elementSize)
        + ((long)shape.Vocabulary * (elementSize + sizeof(float)));
}
