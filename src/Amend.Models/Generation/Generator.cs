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
    public IReadOnlyList<IReadOnlyList<int>> Generate(IReadOnlyList<IReadOnlyList<int>> prompts, GenerationOptions options) =>
        Generate(prompts, [.. Enumerable.Repeat(options.Validated().MaxNewTokens, prompts.Count)], options);

    /// <summary>
    /// Continues each prompt to a length of its own. A continuation depends on its prompt, its length and the options alone,
    /// but for rounding, and where it is sampled also on its place among the prompts, which chooses its random stream.
    /// </summary>
    /// <param name="prompts">Token ids of each prompt, none of them empty.</param>
    /// <param name="lengths">Most new tokens of each prompt, at least 0.</param>
    /// <param name="options">Sampling; the length is passed over.</param>
    /// <returns>The new ids of each prompt, the end-of-text id included where it ended the sequence.</returns>
    /// <exception cref="Tensors.AmendException">The options are out of range, or a sequence would exceed the context.</exception>
    public IReadOnlyList<IReadOnlyList<int>> Generate(IReadOnlyList<IReadOnlyList<int>> prompts, IReadOnlyList<int> lengths, GenerationOptions options)
    {
        options.Validated();
        if (lengths.Count != prompts.Count)
            throw new ArgumentException($"{lengths.Count} lengths were given for {prompts.Count} prompts; give one a prompt.", nameof(lengths));
        if (prompts.Count == 0)
            return [];
        // The last new token is never read, so it needs no place in the context.
        _model.CheckLength(prompts.Zip(lengths).Max(of => of.First.Count + Math.Max(of.Second, 1) - 1));
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var cache = options.UseCache ? new KeyValueCache() : null;
        var stop = options.StopAtEndOfText ? EndOfText() : -1;
        var batch = TokenBatch.Pad(prompts, Math.Max(stop, 0), _model.Device, left: true);
        var (ids, mask) = (batch.Ids, batch.Mask);
        var present = ids;
        var samplers = prompts.Select((_, row) => new Sampler(options, row)).ToArray();
        var generated = prompts.Select(_ => new List<int>()).ToArray();
        var open = lengths.Select(length => length > 0).ToArray();
        while (open.Contains(true))
        {
            var logits = Step(present, mask, cache);
            var column = new long[open.Length];
            for (var row = 0; row < open.Length; row++)
            {
                if (!open[row])
                    continue;
                var next = samplers[row].Next(logits.AsSpan(row * _model.Shape.Vocabulary, _model.Shape.Vocabulary));
                generated[row].Add(next);
                column[row] = next;
                open[row] = next != stop && generated[row].Count < lengths[row];
            }

            // Rows that are done go on as padding, so that they take no further position.
            mask = cat([mask, tensor(open, open.Length, 1, device: _model.Device)], 1);
            present = tensor(column, open.Length, 1, device: _model.Device);
            if (cache is null)
                present = ids = cat([ids, present], 1);
        }

        return generated;
    }

    private float[] Step(Tensor present, Tensor mask, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        var length = (int)present.shape[1];
        var attention = AttentionScope.Causal(mask, length, cache);
        var hidden = _model.Decoder.Blocks(_model.Decoder.Embed(present, attention.Positions), attention);
        return _model.Decoder.Unembed(hidden.select(1, length - 1)).to(float32).cpu().contiguous().data<float>().ToArray();
    }

    private int EndOfText() => _model.HasTokenizer ? _model.Tokenizer.EndOfText : -1;
}
