using System.Buffers.Binary;
using System.Text.Json;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// A GGUF file of Llama 7B's shape in Q4_0 with random weights and a small tokenizer filled up to 32,000 pieces: for seconds and
/// memory of opening, asking and editing (bench/results/gguf.md). It is made, not committed.
/// </summary>
internal static class LargeGguf
{
    private const int Layers = 32;
    private const long Width = 4096;
    private const long MlpWidth = 11008;
    private const int Vocabulary = 32000;

    /// <summary>A prime, so that no row of a matrix has the blocks of another row in the same columns.</summary>
    private const int DistinctBlocks = 65_521;

    private const float Spread = 0.02f;

    /// <summary>Makes the file.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="tokenizerFolder">Whose <c>vocab.json</c> and <c>merges.txt</c> are taken.</param>
    public static void Make(string path, string tokenizerFolder)
    {
        var blocks = RandomBlocks();
        List<GgufContent> tensors = [Matrix("token_embd.weight", blocks, Vocabulary, Width)];
        for (var layer = 0; layer < Layers; layer++)
        {
            var name = $"blk.{layer}";
            tensors.AddRange(
            [
                Ones($"{name}.attn_norm.weight"),
                Matrix($"{name}.attn_q.weight", blocks, Width, Width),
                Matrix($"{name}.attn_k.weight", blocks, Width, Width),
                Matrix($"{name}.attn_v.weight", blocks, Width, Width),
                Matrix($"{name}.attn_output.weight", blocks, Width, Width),
                Ones($"{name}.ffn_norm.weight"),
                Matrix($"{name}.ffn_gate.weight", blocks, MlpWidth, Width),
                Matrix($"{name}.ffn_up.weight", blocks, MlpWidth, Width),
                Matrix($"{name}.ffn_down.weight", blocks, Width, MlpWidth),
            ]);
        }

        tensors.AddRange([Ones("output_norm.weight"), Matrix("output.weight", blocks, Vocabulary, Width)]);
        GgufWriter.Write(path, [.. ShapeKeys(), .. TokenizerKeys(tokenizerFolder)], tensors);
    }

    private static (string Key, object Value)[] ShapeKeys() =>
    [
        ("general.architecture", "llama"),
        ("general.name", "random 7B"),
        ("llama.block_count", (uint)Layers),
        ("llama.context_length", 4096u),
        ("llama.embedding_length", (uint)Width),
        ("llama.feed_forward_length", (uint)MlpWidth),
        ("llama.attention.head_count", 32u),
        ("llama.attention.head_count_kv", 32u),
        ("llama.attention.layer_norm_rms_epsilon", 1e-5f),
        ("llama.rope.dimension_count", 128u),
        ("llama.rope.freq_base", 10_000f),
        ("llama.vocab_size", (uint)Vocabulary),
    ];

    private static (string Key, object Value)[] TokenizerKeys(string folder)
    {
        const int Normal = 1;
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "vocab.json")));
        List<string> tokens = [.. vocabulary.RootElement.EnumerateObject().OrderBy(token => token.Value.GetInt32()).Select(token => token.Name)];
        List<string> merges = [.. File.ReadLines(Path.Combine(folder, "merges.txt")).Where(line => line.Length > 0 && line[0] != '#')];
        AddPieces(tokens, merges);
        return
        [
            ("tokenizer.ggml.model", "gpt2"),
            ("tokenizer.ggml.pre", "gpt-2"),
            ("tokenizer.ggml.tokens", tokens.ToArray()),
            ("tokenizer.ggml.token_type", Enumerable.Repeat(Normal, Vocabulary).ToArray()),
            ("tokenizer.ggml.merges", merges.ToArray()),
            ("tokenizer.ggml.bos_token_id", 0u),
            ("tokenizer.ggml.eos_token_id", 0u),
            ("tokenizer.ggml.add_bos_token", false),
        ];
    }

    /// <summary>
    /// Fills the vocabulary up with words and a letter after them, so that what the model writes is read back in about as many pieces.
    /// </summary>
    private static void AddPieces(List<string> tokens, List<string> merges)
    {
        const char Space = 'Ġ';
        var known = tokens.ToHashSet(StringComparer.Ordinal);
        var words = tokens.Where(token => token[0] == Space && token.Skip(1).All(char.IsAsciiLetter)).ToList();
        foreach (var (word, letter) in from word in words from letter in "abcdefghijklmnopqrstuvwxyz" select (word, letter))
        {
            if (tokens.Count == Vocabulary)
                return;
            if (!known.Add($"{word}{letter}"))
                continue;
            tokens.Add($"{word}{letter}");
            merges.Add($"{word} {letter}");
        }
    }

    /// <summary>Blocks of Q4_0 whose values have the spread of an untrained model's.</summary>
    private static byte[] RandomBlocks()
    {
        const double SpreadOfNumbers = 4.6;
        var bytes = GgufType.Find("Q4_0").BlockBytes;
        var blocks = new byte[DistinctBlocks * bytes];
        var random = new Random(1);
        random.NextBytes(blocks);
        for (var at = 0; at < blocks.Length; at += bytes)
        {
            var scale = Spread / SpreadOfNumbers * (random.Next(2) == 0 ? 1 : -1);
            BinaryPrimitives.WriteHalfLittleEndian(blocks.AsSpan(at), (Half)scale);
        }

        return blocks;
    }

    private static GgufContent Matrix(string name, byte[] blocks, long rows, long columns) =>
        new(name, GgufType.Find("Q4_0"), [rows, columns], stream => WriteRepeated(stream, blocks, rows * columns / 32 * 18));

    private static void WriteRepeated(Stream stream, byte[] blocks, long length)
    {
        for (; length > 0; length -= blocks.Length)
            stream.Write(blocks, 0, (int)Math.Min(length, blocks.Length));
    }

    private static GgufContent Ones(string name) => GgufContent.Of(name, GgufType.Find("F32"), [Width], () => ones(Width));
}
