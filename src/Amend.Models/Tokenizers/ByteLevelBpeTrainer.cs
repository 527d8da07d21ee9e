using System.Text;
using System.Text.Json;
using Amend.Models.Tokenizers.Text;
using Amend.Tensors.Files;

namespace Amend.Models.Tokenizers;

/// <summary>
/// Learns a byte-level BPE (Sennrich et al. 2016, algorithm 1, on GPT-2's words and bytes): merges the most frequent pair of
/// neighbours until the vocabulary is full. The same texts give the same files; ties go to the first pair in ordinal order.
/// </summary>
public sealed class ByteLevelBpeTrainer
{
    private const string EndOfText = "<|endoftext|>";
    private readonly Dictionary<string, long> _words = new(StringComparer.Ordinal);

    /// <summary>Counts the words of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="weight">How often it counts.</param>
    public void Add(string text, int weight = 1)
    {
        foreach (var (start, end) in ByteLevelWords.Split(text))
        {
            var word = new string([.. Encoding.UTF8.GetBytes(text[start..end]).Select(ByteLevelAlphabet.Of)]);
            _words[word] = _words.GetValueOrDefault(word) + weight;
        }
    }

    /// <summary>Learns the merges and writes <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    /// <param name="vocabularySize">Pieces in all: 256 bytes, the merges, and the end-of-text token as the last id.</param>
    /// <param name="folder">Where the files go.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary would not even hold the bytes and the end of text.</exception>
    public void Write(int vocabularySize, string folder)
    {
        var unmerged = ByteLevelAlphabet.All.Length + 1;
        if (vocabularySize < unmerged)
            throw new ArgumentOutOfRangeException(nameof(vocabularySize), vocabularySize, $"{vocabularySize} pieces were asked; "
                + $"the bytes and the end of text need {unmerged}.");
        var merges = Learn(vocabularySize - unmerged);
        var pieces = ByteLevelAlphabet.All.ToArray().Order().Select(c => c.ToString()).Concat(merges.Select(m => m.Left + m.Right))
            .Append(EndOfText).Distinct();
        var vocabulary = pieces.Select((piece, id) => (piece, id)).ToDictionary(p => p.piece, p => p.id);
        Directory.CreateDirectory(folder);
        AtomicFile.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(vocabulary));
        AtomicFile.WriteAllText(
            Path.Combine(folder, "merges.txt"),
            "#version: 0.2\n" + string.Concat(merges.Select(m => $"{m.Left} {m.Right}\n")));
    }

    private IReadOnlyList<(string Left, string Right)> Learn(int count) => new MergeLearner(string.Concat).Learn(
        _words.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => (w.Key.Select(c => c.ToString()), w.Value)), count);
}
