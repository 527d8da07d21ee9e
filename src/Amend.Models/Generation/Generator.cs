using Amend.Models.Layers;
using static TorchSharp.torch;

namespace Amend.Models.Generation;

/// <summary>Generates continuations of a batch of prompts, with keys and values kept.</summary>
public sealed class Generator
{
    private readonly LanguageModel _model;

    /// <summary>Creates a generator over a model.</summary>
    public Generator(LanguageModel model) => _model = model;

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
        _model.CheckLength(prompts.Max(p => p.Count) + options.MaxNewTokens - 1);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var cache = options.UseCache ? new KeyValueCache() : null;
        var sampler = new Sampler(options);
        var stop = options.StopAtEndOfText ? EndOfText() : -1;
        var batch = TokenBatch.Pad(prompts, Math.Max(stop, 0), _model.Device, left: true);
        var (ids, mask) = (batch.Ids, batch.Mask);
        var present = ids;
        var generated = prompts.Select(_ => new List<int>()).ToArray();
        var done = new bool[prompts.Count];
        for (var step = 0; step < options.MaxNewTokens && !done.All(d => d); step++)
        {
            var next = Step(present, mask, cache, sampler);
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

    private int[] Step(Tensor present, Tensor mask, KeyValueCache? cache, Sampler sampler)
    {
        using var scope = NewDisposeScope();
        var length = (int)present.shape[1];
        var attention = AttentionScope.Causal(mask, length, cache);
        var hidden = _model.Decoder.Blocks(_model.Decoder.Embed(present, attention.Positions), attention);
        var logits = _model.Decoder.Unembed(hidden.select(1, length - 1)).to(float32).cpu().contiguous().data<float>().ToArray();
        var vocabulary = _model.Shape.Vocabulary;
        return [.. Enumerable.Range(0, (int)present.shape[0]).Select(row => sampler.Next(logits.AsSpan(row * vocabulary, vocabulary)))];
    }

    private int EndOfText() => _model.HasTokenizer ? _model.Tokenizer.EndOfText : -1;
}
