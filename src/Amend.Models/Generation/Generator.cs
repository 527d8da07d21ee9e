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

    /// <summary>The ids that end texts of the model.</summary>
    internal int[] Ends => [End, .. _model.Ends];

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
        RollingText[] texts = [.. beginnings.Select((beginning, row) =>
            new RollingText(beginning, options with { MaxNewTokens = Math.Max(lengths[row], 1) }, row))];
        foreach (var (text, length) in texts.Zip(lengths).Where(of => of.Second == 0))
            text.Stop();
        if (_answering is null && keeps)
            Continue(texts);
        else
            Write(texts, prompts, keeps);
        return [.. texts.Select(text => text.Generated)];
    }

    /// <summary>Continues texts of a decoder.</summary>
    private void Continue(RollingText[] texts)
    {
        using var batch = new RollingBatch(_model) { RequiresNumbers = RequiresNumbers };
        batch.Join([.. texts.Where(text => !text.IsDone)]);
        while (batch.Count > 0)
            batch.Step();
    }

    /// <summary>Continues texts of any model, which stay in the batch until all are done.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="read">What an encoder-decoder reads.</param>
    /// <param name="keeps">Whether keys and values are kept.</param>
    private void Write(RollingText[] texts, IReadOnlyList<IReadOnlyList<int>> read, bool keeps)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var memory = Read(read, keeps);
        using var cache = keeps ? new KeyValueCache() : null;
        var batch = TokenBatch.Pad([.. texts.Select(text => text.Prompt)], Math.Max(End, 0), _model.Device, left: true);
        var (ids, mask) = (batch.Ids, batch.Mask);
        var present = ids;
        var ends = _answering is null ? AttentionScope.LastTokens(mask) : AttentionScope.FirstTokens(mask);
        while (texts.Any(text => !text.IsDone))
        {
            Step(texts, present, AttentionScope.Causal(mask, (int)present.shape[1], cache).EndingAt(ends), memory);
            // Rows that are done go on as padding, so that they take no further position.
            bool[] open = [.. texts.Select(text => !text.IsDone)];
            mask = cat([mask, tensor(open, open.Length, 1, device: _model.Device)], 1);
            ends = cat([ends, zeros(open.Length, 1, dtype: ScalarType.Bool, device: _model.Device)], 1);
            present = tensor(texts.Select(text => (long)text.Last).ToArray(), open.Length, 1, device: _model.Device);
            if (cache is null)
                present = ids = cat([ids, present], 1);
        }
    }

    private void Step(RollingText[] texts, Tensor present, AttentionScope attention, EncoderMemory? memory)
    {
        using var scope = NewDisposeScope();
        var logits_BV = NextLogits(present, attention, memory);
        if (RequiresNumbers)
            _model.RequireNumbers(logits_BV);
        RollingText.TakeAll(texts, logits_BV, Ends);
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
