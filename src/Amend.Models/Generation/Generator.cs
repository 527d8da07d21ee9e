using Amend.Models.Families;
using Amend.Models.Layers;
using static TorchSharp.torch;

namespace Amend.Models.Generation;

/// <summary>Generates continuations of a batch of prompts, or an encoder-decoder's answers to them, with keys and values kept.</summary>
public sealed class Generator
{
    private readonly LanguageModel _model;
    private readonly EncoderDecoder? _answering;

    /// <summary>Creates a generator over a model.</summary>
    /// <exception cref="Tensors.AmendException">The model is neither a causal decoder nor an encoder-decoder.</exception>
    public Generator(LanguageModel model)
    {
        _model = model;
        _answering = model.Transformer as EncoderDecoder;
        if (_answering is null)
            model.RequireDecoder("The generation of text");
    }

    /// <summary>The id that ends a text, -1 where the model has none.</summary>
    public int End => _answering is not null ? _answering.Marks.End ?? -1 : _model.HasTokenizer ? _model.Tokenizer.EndOfText : -1;

    /// <summary>Continues each prompt; prompts of different length are padded on the left.</summary>
    /// <param name="prompts">Token ids of each prompt, none of them empty.</param>
    /// <param name="options">Length and sampling.</param>
    /// <returns>The new ids of each prompt, the end-of-text id included where it ended the sequence.</returns>
    /// <exception cref="Tensors.AmendException">The options are out of range, or the sequences would exceed the context.</exception>
    public IReadOnlyList<IReadOnlyList<int>> Generate(IReadOnlyList<IReadOnlyList<int>> prompts, GenerationOptions options)
    {
        options.Validated();
        if (prompts.Count == 0)
            return [];
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var memory = Read(prompts, options.UseCache);
        using var cache = options.UseCache ? new KeyValueCache() : null;
        var beginnings = _answering is null ? prompts : [.. prompts.Select(_ => _answering.Marks.Beginning)];
        _model.CheckLength(beginnings.Max(p => p.Count) + options.MaxNewTokens - 1);
        var sampler = new Sampler(options);
        var stop = options.StopAtEndOfText ? End : -1;
        var batch = TokenBatch.Pad(beginnings, Math.Max(stop, 0), _model.Device, left: true);
        var (ids, mask) = (batch.Ids, batch.Mask);
        var present = ids;
        var generated = prompts.Select(_ => new List<int>()).ToArray();
        var done = new bool[prompts.Count];
        for (var step = 0; step < options.MaxNewTokens && !done.All(d => d); step++)
        {
            var next = Step(present, mask, cache, memory, sampler);
            for (var row = 0; row < next.Length; row++)
            {
                if (done[row])
                    continue;
                generated[row].Add(next[row]);
                done[row] = next[row] == stop;
            }

            var column = tensor(next.Select(id => (long)id).ToArray(), next.Length, 1, device: _model.Device);
            mask = cat([mask, ones(next.Length, 1, dtype: ScalarType.Bool, device: _model.Device)], 1);
            ids = cat([ids, column], 1);
            present = cache is null ? ids : column;
        }

        return generated;
    }

    private int[] Step(Tensor present, Tensor mask, KeyValueCache? cache, EncoderMemory? memory, Sampler sampler)
    {
        using var scope = NewDisposeScope();
        var attention = AttentionScope.Causal(mask, (int)present.shape[1], cache);
        var logits = NextLogits(present, attention, memory).to(float32).cpu().contiguous().data<float>().ToArray();
        var vocabulary = _model.Shape.Vocabulary;
        return [.. Enumerable.Range(0, (int)present.shape[0]).Select(row => sampler.Next(logits.AsSpan(row * vocabulary, vocabulary)))];
    }

    /// <summary>Logits after the last of the present tokens, <c>[B,V]</c>.</summary>
    private Tensor NextLogits(Tensor present, AttentionScope attention, EncoderMemory? memory)
    {
        var last = present.shape[1] - 1;
        if (_answering is not null)
            return _answering.Unembed(_answering.Decode(present, attention, memory!).select(1, last));
        var decoder = _model.Decoder;
        return decoder.Unembed(decoder.Blocks(decoder.Embed(present, attention.Positions), attention).select(1, last));
    }

    /// <summary>What an encoder-decoder reads; null for other models.</summary>
    private EncoderMemory? Read(IReadOnlyList<IReadOnlyList<int>> prompts, bool keep)
    {
        if (_answering is null)
            return null;
        _model.CheckLength(prompts.Max(p => p.Count));
        return _answering.Encode(TokenBatch.Pad(prompts, padding: 0, _model.Device), keep);
    }
}
