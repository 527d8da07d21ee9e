using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Generation;

/// <summary>
/// Texts of a causal decoder that are continued together, one token each a step. They join and leave between steps, so that many
/// callers share the passes over the weights (Yu et al. 2022, Orca). A text depends on its prompt and options alone, but for rounding.
/// All of it belongs to one thread and one state of the model.
/// </summary>
public sealed class RollingBatch : IDisposable
{
    private readonly LanguageModel _model;
    private readonly CausalDecoder _decoder;
    private readonly int[] _ends;
    private List<RollingText> _texts = [];
    private KeyValueCache? _cache;

    /// <summary>Creates an empty batch over a model.</summary>
    /// <exception cref="AmendException">The model is no causal decoder.</exception>
    public RollingBatch(LanguageModel model)
    {
        (_model, _decoder) = (model, model.RequireDecoder("The generation of text"));
        _ends = new Generator(model).Ends;
    }

    /// <summary>Whether logits that are no numbers are refused, the default; if not, their text is whatever it is.</summary>
    internal bool RequiresNumbers { get; init; } = true;

    /// <summary>How many texts are continued.</summary>
    public int Count => _texts.Count;

    /// <summary>
    /// Most tokens of a prompt and its continuation together: the context, or less where the keys of earlier tokens depend on how many
    /// follow.
    /// </summary>
    public static int MostTokens(LanguageModel model) => model.Shape.SharedLength;

    /// <summary>Refuses a text that cannot be continued so far.</summary>
    /// <exception cref="AmendException">Prompt and continuation exceed <see cref="MostTokens"/>.</exception>
    public static void CheckLength(LanguageModel model, int promptTokens, int newTokens)
    {
        // The last new token is never read, so it needs no place in the context.
        if (promptTokens + newTokens - 1 > MostTokens(model))
        {
            throw new AmendException(
                $"{promptTokens} tokens and {newTokens} new ones were asked of '{model.Name}', which is continued "
                + $"up to {MostTokens(model)}; shorten the prompt or generate fewer tokens.");
        }
    }

    /// <summary>Reads the prompts of texts and takes their first tokens; the texts are continued with the next step.</summary>
    /// <exception cref="AmendException">
    /// A prompt with its continuation exceeds the context, or logits are no numbers; none has joined then.
    /// </exception>
    public void Join(params IReadOnlyList<RollingText> texts)
    {
        if (texts.Count == 0)
            return;
        foreach (var text in texts)
            CheckLength(_model, text.Prompt.Count, text.Options.MaxNewTokens);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        KeyValueCache? read = new();
        try
        {
            var batch = TokenBatch.Pad([.. texts.Select(text => text.Prompt)], padding: 0, _model.Device, left: true);
            Advance(texts, batch.Ids, batch.Mask, AttentionScope.LastTokens(batch.Mask), read);
            Add(texts, ref read);
        }
        finally
        {
            read?.Dispose();
        }

        LeaveDone();
    }

    /// <summary>Takes the next token of each text; those that are done then have left.</summary>
    /// <exception cref="AmendException">Logits are no numbers; the batch cannot go on then.</exception>
    public void Step()
    {
        LeaveDone();
        if (_texts.Count == 0)
            return;
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var (rows, width) = (_texts.Count, _texts.Max(text => text.Length));
        var (present, mask, ends) = (new long[rows], new bool[rows * width], new bool[rows * width]);
        foreach (var (row, text) in _texts.Index())
        {
            present[row] = text.Generated[^1];
            mask.AsSpan(((row + 1) * width) - text.Length, text.Length).Fill(true);
            ends[((row + 1) * width) - text.Length + text.Prompt.Count - 1] = true;
        }

        var device = _model.Device;
        Advance(
            _texts,
            tensor(present, rows, 1, device: device),
            tensor(mask, rows, width, device: device),
            tensor(ends, rows, width, device: device),
            _cache!);
        LeaveDone();
    }

    /// <summary>Drops all texts where they are.</summary>
    public void Dispose()
    {
        _texts.Clear();
        _cache?.Dispose();
        _cache = null;
    }

    /// <summary>Runs present tokens, and each text takes the token after its last one.</summary>
    private void Advance(IReadOnlyList<RollingText> texts, Tensor present, Tensor mask, Tensor ends, KeyValueCache cache)
    {
        var attention = AttentionScope.Causal(mask, (int)present.shape[1], cache).EndingAt(ends);
        var hidden_BTD = _decoder.Blocks(_decoder.Embed(present, attention.Positions), attention);
        var logits_BV = _decoder.Unembed(hidden_BTD.select(1, present.shape[1] - 1));
        if (RequiresNumbers)
            _model.RequireNumbers(logits_BV);
        RollingText.TakeAll(texts, logits_BV, _ends);
    }

    private void Add(IReadOnlyList<RollingText> texts, ref KeyValueCache? read)
    {
        if (_cache is null)
        {
            (_cache, read) = (read, null);
        }
        else
        {
            var joined = KeyValueCache.Join(_cache, read!);
            _cache.Dispose();
            _cache = joined;
        }

        _texts.AddRange(texts);
    }

    private void LeaveDone()
    {
        long[] staying = [.. _texts.Index().Where(text => !text.Item.IsDone).Select(text => (long)text.Index)];
        if (staying.Length == _texts.Count)
            return;
        _texts = [.. staying.Select(row => _texts[(int)row])];
        KeyValueCache? left = null;
        if (staying.Length > 0)
        {
            using var scope = NewDisposeScope();
            // The token of the last step is not in the cache yet.
            var padding = _cache!.Length - (_texts.Max(text => text.Length) - 1);
            left = _cache.Select(tensor(staying, device: _model.Device), padding);
        }

        _cache?.Dispose();
        _cache = left;
    }
}
