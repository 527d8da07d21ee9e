using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
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

    /// <summary>Whether logits that are no numbers are refused; if not, their text is whatever it is.</summary>
    internal bool RequiresNumbers { get; init; }

    /// <summary>Continues each prompt; prompts of different length are padded on the left.</summary>
    /// <param name="prompts">Token ids of each prompt, none of them empty.</param>
    /// <param name="options">Length and sampling.</param>
    /// <returns>The new ids of each prompt, the id that ended the sequence included.</returns>
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
    /// <returns>The new ids of each prompt, the id that ended the sequence included.</returns>
    /// <exception cref="Tensors.AmendException">The options are out of range, or a sequence would exceed the context.</exception>
    public IReadOnlyList<IReadOnlyList<int>> Generate(
        IReadOnlyList<IReadOnlyList<int>> prompts, IReadOnlyList<int> lengths, GenerationOptions options)
    {
        options.Validated();
        if (lengths.Count != prompts.Count)
            throw new ArgumentException(
                $"{lengths.Count} lengths were given for {prompts.Count} prompts; give one a prompt.", nameof(lengths));
        if (prompts.Count == 0)
            return [];
        var beginnings = _answering is null ? prompts : [.. prompts.Select(_ => _answering.Marks.Beginning)];
        // The last new token is never read, so it needs no place in the context.
        var longest = beginnings.Zip(lengths).Max(of => of.First.Count + Math.Max(of.Second, 1) - 1);
        _model.CheckLength(longest);
        var keeps = options.UseCache && longest <= _model.Shape.SharedLength;
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var memory = Read(prompts, keeps);
        using var cache = keeps ? new KeyValueCache() : null;
        int[] stops = options.StopAtEndOfText ? [End, .. _model.Ends, .. options.Ends] : [];
        var batch = TokenBatch.Pad(beginnings, Math.Max(End, 0), _model.Device, left: true);
        var (ids, mask) = (batch.Ids, batch.Mask);
        var present = ids;
        var ends = _answering is null ? AttentionScope.LastTokens(mask) : AttentionScope.FirstTokens(mask);
        var samplers = prompts.Select((_, row) => new Sampler(options, row)).ToArray();
        var generated = prompts.Select(_ => new List<int>()).ToArray();
        var open = lengths.Select(length => length > 0).ToArray();
        while (open.Contains(true))
        {
            var logits = Step(present, AttentionScope.Causal(mask, (int)present.shape[1], cache).EndingAt(ends), memory);
            var column = new long[open.Length];
            for (var row = 0; row < open.Length; row++)
            {
                if (!open[row])
                    continue;
                var next = samplers[row].Next(logits.AsSpan(row * _model.Shape.Vocabulary, _model.Shape.Vocabulary));
                generated[row].Add(next);
                column[row] = next;
                open[row] = !stops.Contains(next) && generated[row].Count < lengths[row];
            }

            // Rows that are done go on as padding, so that they take no further position.
            mask = cat([mask, tensor(open, open.Length, 1, device: _model.Device)], 1);
            ends = cat([ends, zeros(open.Length, 1, dtype: ScalarType.Bool, device: _model.Device)], 1);
            present = tensor(column, open.Length, 1, device: _model.Device);
            if (cache is null)
                present = ids = cat([ids, present], 1);
        }

        return generated;
    }

    private float[] Step(Tensor present, AttentionScope attention, EncoderMemory? memory)
    {
        using var scope = NewDisposeScope();
        var logits = NextLogits(present, attention, memory);
        if (RequiresNumbers)
            _model.RequireNumbers(logits);
        return logits.to(float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>Logits after the last of the present tokens, <c>[B,V]</c>.</summary>
    private Tensor NextLogits(Tensor present, AttentionScope attention, EncoderMemory? memory)
    {
        var last = present.shape[1] - 1;
        if (_answering is not null)
            return _answering.Unembed(_answering.Decode(present, attention, memory!).select(1, last));
        var decoder = _model.RequireDecoder("The generation of text");
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
