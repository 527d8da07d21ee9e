using System.Text;
using System.Text.Json;

namespace Amend.Models.Tokenizers;

/// <summary>
/// GPT-2's byte-level BPE (Radford et al. 2019, section 2.2) from <c>vocab.json</c> and <c>merges.txt</c>. Every text is text:
/// <c>&lt;|endoftext|&gt;</c> in a prompt is read as its letters, never as the control token.
/// </summary>
public sealed class ByteLevelBpeTokenizer : ITokenizer
{
    private const string EndOfTextPiece = "<|endoftext|>";
    private static readonly byte[] Replacement = Encoding.UTF8.GetBytes("\uFFFD");
    private readonly ByteLevelMerges _merges;
    private readonly Dictionary<int, byte[]> _bytesOf;

    private ByteLevelBpeTokenizer(Dictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges)
    {
        _merges = new ByteLevelMerges(vocabulary, merges);
        _bytesOf = vocabulary.ToDictionary(piece => piece.Value, piece => BytesOf(piece.Key));
        VocabularySize = vocabulary.Values.Max() + 1;
        EndOfText = vocabulary.GetValueOrDefault(EndOfTextPiece, VocabularySize - 1);
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int EndOfText { get; }

    /// <summary>Reads the tokenizer of a model folder.</summary>
    /// <exception cref="ModelFormatException">A file is missing or broken.</exception>
    public static ByteLevelBpeTokenizer Load(string folder)
    {
        var (vocabularyPath, mergesPath) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        foreach (var path in (string[])[vocabularyPath, mergesPath])
        {
            if (!File.Exists(path))
                throw new ModelFormatException($"'{path}' is missing; a byte-level BPE tokenizer needs vocab.json and merges.txt in the model folder.");
        }

        try
        {
            var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(vocabularyPath));
            if (vocabulary is null or { Count: 0 })
                throw new FormatException("vocab.json has no pieces");
            return new ByteLevelBpeTokenizer(vocabulary, ReadMerges(File.ReadLines(mergesPath)));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException)
        {
            throw new ModelFormatException($"The tokenizer files in '{folder}' cannot be read ({e.Message}); download vocab.json and merges.txt again.", e);
        }
    }

    /// <summary>
    /// Tokenizes a text. The span of a token that holds a part of a character is that whole character, so tokens of one
    /// character have equal spans; a byte that the vocabulary lacks becomes the end-of-text id, as in the reference.
    /// </summary>
    public TokenizedText Encode(string text)
    {
        var ids = new List<int>(text.Length / 3 + 1);
        var spans = new List<(int Start, int End)>(text.Length / 3 + 1);
        var bytes = new List<byte>();
        var characters = new List<(int Start, int End)>();
        foreach (var (start, end) in ByteLevelWords.Split(text))
        {
            ReadBytes(text, start, end, bytes, characters);
            foreach (var (id, first, behind) in _merges.Apply(bytes.ToArray(), EndOfText))
            {
                ids.Add(id);
                spans.Add((characters[first].Start, characters[behind - 1].End));
            }
        }

        return new TokenizedText(text, ids, spans);
    }

    /// <summary>The text of a sequence of ids; bytes that are no UTF-8, and ids without a piece, read as U+FFFD.</summary>
    public string Decode(IEnumerable<int> ids) =>
        Encoding.UTF8.GetString([.. ids.SelectMany(id => _bytesOf.GetValueOrDefault(id, Replacement))]);

    /// <summary>The UTF-8 bytes of a word and, for each of them, the character that it is a part of.</summary>
    private static void ReadBytes(string text, int start, int end, List<byte> bytes, List<(int Start, int End)> characters)
    {
        bytes.Clear();
        characters.Clear();
        Span<byte> buffer = stackalloc byte[4];
        for (var at = start; at < end;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            foreach (var value in buffer[..rune.EncodeToUtf8(buffer)])
            {
                bytes.Add(value);
                characters.Add((at, at + length));
            }

            at += length;
        }
    }

    private static List<(string Left, string Right)> ReadMerges(IEnumerable<string> lines)
    {
        var merges = new List<(string, string)>();
        foreach (var line in lines)
        {
            if (line.Length == 0 || line.StartsWith("#version", StringComparison.Ordinal))
                continue;
            merges.Add(line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
                ? (left, right)
                : throw new FormatException($"merges.txt has the line '{line}', which is not two pieces"));
        }

        return merges;
    }

    private static byte[] BytesOf(string piece) =>
        [.. piece.EnumerateRunes().SelectMany(rune =>
            rune.IsBmp && ByteLevelAlphabet.TryByteOf((char)rune.Value, out var value) ? [value] : Encoding.UTF8.GetBytes(rune.ToString()))];
}
