using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>A model that reads one text with its encoder and writes another with its decoder (Vaswani et al. 2017).</summary>
public sealed class EncoderDecoder : TransformerModel
{
    private readonly Func<Tensor, Tensor> _head;

    /// <summary>Creates the model over its weights, which it then owns.</summary>
    /// <param name="architecture">What <c>config.json</c> calls it.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="encoder">The reading stack.</param>
    /// <param name="decoder">The writing stack.</param>
    /// <param name="head">From the decoder's output to logits.</param>
    /// <param name="marks">The ids that begin and end an output.</param>
    public EncoderDecoder(
        string architecture, WeightTable weights, BlockStack encoder, BlockStack decoder, Func<Tensor, Tensor> head, OutputMarks marks)
        : base(architecture, weights, encoder, decoder)
    {
        Encoder = encoder;
        Decoder = decoder;
        Marks = marks;
        _head = head;
    }

    /// <inheritdoc/>
    public override ModelKinds Kind => ModelKinds.EncoderDecoder;

    /// <summary>The reading stack.</summary>
    public BlockStack Encoder { get; }

    /// <summary>The writing stack.</summary>
    public BlockStack Decoder { get; }

    /// <summary>The ids that begin and end an output.</summary>
    public OutputMarks Marks { get; }

    /// <summary>Reads a padded batch.</summary>
    /// <param name="input">The texts to read.</param>
    /// <param name="keep">Whether the memory keeps keys and values, as generation wants it; gradients do not pass them.</param>
    /// <param name="start">Where the pass goes on; at the embedding when null.</param>
    /// <returns>What the decoder attends to, over tensors of the caller's dispose scope; the caller disposes.</returns>
    public EncoderMemory Encode(TokenBatch input, bool keep = false, PassStart? start = null) =>
        new(start?.Encoded ?? Encoder.Run(input.Ids, AttentionScope.Bidirectional(input.Mask), start: start), input.Mask, keep);

    /// <summary>The decoder's output, after its final norm.</summary>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="memory">What the encoder has read.</param>
    /// <param name="start">Where the pass goes on; at the embedding when null, or where it is of the encoder.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public Tensor Decode(Tensor ids, AttentionScope scope, EncoderMemory memory, PassStart? start = null) =>
        Decoder.Run(ids, scope, memory, start: start);

    /// <summary>Logits of the decoder's next tokens.</summary>
    /// <param name="hidden">What <see cref="Decode"/> gives, <c>[..,D]</c>.</param>
    /// <returns><c>[..,V]</c>, in the caller's dispose scope.</returns>
    public Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>The decoder's output at every token of a batch of outputs, each after the input of its row.</summary>
    /// <param name="input">The texts to read.</param>
    /// <param name="output">The texts to write, each with the id that begins it, padded on the right.</param>
    /// <param name="start">Where the pass goes on, in either stack; at the encoder's embedding when null.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope; values at padding are meaningless.</returns>
    public Tensor Hidden(TokenBatch input, TokenBatch output, PassStart? start = null)
    {
        using var scope = NewDisposeScope();
        using var memory = Encode(input, start: start);
        return Decode(output.Ids, Writing(output), memory, start).MoveToOuterDisposeScope();
    }

    /// <summary>Runs what is below a block of either stack once over a batch, see <see cref="BlockStack.Below"/>.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="layer">The first block that is not run.</param>
    /// <param name="input">The texts to read.</param>
    /// <param name="output">The texts to write, each with the id that begins it.</param>
    /// <returns>Where passes over the batch go on; the caller disposes.</returns>
    public PassStart Below(Stack stack, int layer, TokenBatch input, TokenBatch output)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (stack == Stack.Encoder)
            return Encoder.Below(layer, input.Ids, AttentionScope.Bidirectional(input.Mask));
        using var memory = Encode(input);
        return Decoder.Below(layer, output.Ids, Writing(output), memory);
    }

    /// <summary>Logits at every token of a batch of outputs, see <see cref="Hidden"/>.</summary>
    /// <returns><c>[B,T,V]</c>, in the caller's dispose scope.</returns>
    public Tensor Logits(TokenBatch input, TokenBatch output)
    {
        using var scope = NewDisposeScope();
        return Unembed(Hidden(input, output)).MoveToOuterDisposeScope();
    }

    /// <summary>The decoder's pass over whole outputs: what it is asked ends with the id that begins each.</summary>
    private static AttentionScope Writing(TokenBatch output) =>
        AttentionScope.Causal(output.Mask, (int)output.Ids.shape[1]).EndingAt(AttentionScope.FirstTokens(output.Mask));
}

/// <summary>The ids around what an encoder-decoder writes.</summary>
/// <param name="Start">What every output begins with and is not part of it: <c>decoder_start_token_id</c>.</param>
/// <param name="ForcedFirst">What generated text must begin with, <c>forced_bos_token_id</c>; null where the model is free.</param>
/// <param name="End">What ends an output, <c>eos_token_id</c>; null where there is none.</param>
public sealed record OutputMarks(int Start, int? ForcedFirst, int? End)
{
    /// <summary>What generation begins with.</summary>
    public IReadOnlyList<int> Beginning => ForcedFirst is { } first ? [Start, first] : [Start];

    /// <summary>Reads the ids; an output begins with the padding id where no start is named.</summary>
    /// <exception cref="ModelFormatException">An id is no id of the vocabulary, or neither a start nor a padding id is named.</exception>
    public static OutputMarks Read(JsonElement config, int vocabulary) => new(
        config.IdOrNone("decoder_start_token_id", vocabulary) ?? config.IdOrNone("pad_token_id", vocabulary)
            ?? throw new ModelFormatException(
                "config.json names neither 'decoder_start_token_id' nor 'pad_token_id', so outputs have no beginning; check the "
                + "model folder."),
        config.IdOrNone("forced_bos_token_id", vocabulary),
        config.IdOrNone("eos_token_id", vocabulary));
}
