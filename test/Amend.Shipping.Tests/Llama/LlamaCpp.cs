using System.Text;

namespace Amend.Shipping.Tests.Llama;

/// <summary>A model that llama.cpp reads and runs on the CPU, with keys and values in float32.</summary>
internal sealed class LlamaCpp : IDisposable
{
    private const int MostContext = 512;
    private readonly nint _model;
    private readonly nint _context;
    private readonly nint _vocabulary;

    /// <summary>Loads a file; the test is skipped where there is no llama.cpp.</summary>
    public LlamaCpp(string path)
    {
        LlamaLibrary.Require();
        var parameters = LlamaLibrary.DefaultModelParameters();
        Assert.Equal(-1, parameters.LayersOnGpu);
        parameters.LayersOnGpu = 0;
        _model = Made(LlamaLibrary.LoadModel(path, parameters), path);
        _vocabulary = LlamaLibrary.Vocabulary(_model);
        _context = Made(LlamaLibrary.CreateContext(_model, Parameters()), path);
        LlamaLibrary.SetThreads(_context, 1, 1);
    }

    /// <summary>The ids of a text as llama.cpp reads it.</summary>
    public IReadOnlyList<int> Tokenize(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var tokens = new int[bytes.Length + 2];
        var count = LlamaLibrary.Tokenize(_vocabulary, bytes, bytes.Length, tokens, tokens.Length, addsSpecial: 1, readsSpecial: 0);
        Assert.InRange(count, 1, tokens.Length);
        return tokens[..count];
    }

    /// <summary>The text of ids.</summary>
    public string Text(IEnumerable<int> ids)
    {
        var (bytes, piece) = (new List<byte>(), new byte[256]);
        foreach (var id in ids)
            bytes.AddRange(piece[..LlamaLibrary.Piece(_vocabulary, id, piece, piece.Length, leftOut: 0, showsSpecial: 1)]);
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>The likeliest continuation of a text.</summary>
    public string Greedy(string prompt, int tokens) => Text(Greedy(Tokenize(prompt), tokens));

    /// <summary>The likeliest continuation of ids, as long as is asked.</summary>
    public IReadOnlyList<int> Greedy(IReadOnlyList<int> prompt, int tokens)
    {
        LlamaLibrary.ClearMemory(LlamaLibrary.Memory(_context), data: 1);
        var next = Next([.. prompt]);
        var generated = new List<int> { next };
        while (generated.Count < tokens)
            generated.Add(next = Next([next]));
        return generated;
    }

    /// <summary>The likeliest continuations of several prompts.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Greedy(IReadOnlyList<IReadOnlyList<int>> prompts, int tokens) =>
        [.. prompts.Select(prompt => Greedy(prompt, tokens))];

    /// <summary>Puts an adapter on.</summary>
    /// <param name="path">The adapter's file.</param>
    /// <returns>Takes it off when it is disposed.</returns>
    public IDisposable WithAdapter(string path)
    {
        var adapter = Made(LlamaLibrary.LoadAdapter(_model, path), path);
        Assert.Equal(0, LlamaLibrary.SetAdapters(_context, [adapter], 1, [1f]));
        return new TakenOff(_context);
    }

    public void Dispose()
    {
        LlamaLibrary.FreeContext(_context);
        LlamaLibrary.FreeModel(_model);
    }

    private ContextParameters Parameters()
    {
        var parameters = LlamaLibrary.DefaultContextParameters();
        // The defaults of llama.h, which say that the fields are where they are looked for.
        Assert.Equal((512u, 2048u, 512u), (parameters.Length, parameters.Batch, parameters.PhysicalBatch));
        Assert.Equal((-1, 1, 1, 0u), (parameters.FlashAttention, parameters.KeyType, parameters.ValueType, parameters.Samplers));
        parameters.Length = (uint)Math.Min(LlamaLibrary.ContextLength(_model), MostContext);
        (parameters.FlashAttention, parameters.KeyType, parameters.ValueType) = (0, 0, 0);
        return parameters;
    }

    /// <summary>Reads ids behind those read before.</summary>
    /// <returns>The likeliest next id.</returns>
    private unsafe int Next(int[] ids)
    {
        fixed (int* first = ids)
            Assert.Equal(0, LlamaLibrary.Decode(_context, LlamaLibrary.BatchOf(first, ids.Length)));
        var logits = new ReadOnlySpan<float>(LlamaLibrary.Logits(_context, -1), LlamaLibrary.VocabularySize(_vocabulary));
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }

        Assert.True(float.IsFinite(logits[best]));
        return best;
    }

    private static nint Made(nint handle, string path)
    {
        Assert.True(handle != 0, $"llama.cpp refuses '{path}': {LlamaLibrary.TakeErrors()}");
        return handle;
    }

    private sealed class TakenOff(nint context) : IDisposable
    {
        public void Dispose() => Assert.Equal(0, LlamaLibrary.SetAdapters(context, [], 0, []));
    }
}
