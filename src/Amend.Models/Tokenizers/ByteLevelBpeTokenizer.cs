using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Formats;

namespace Amend.Models.Tokenizers;

/// <summary>
/// GPT-2's byte-level BPE (Radford et al. 2019, section 2.2) from <c>vocab.json</c> and <c>merges.txt</c>. Every text is text:
/// <c>&lt;|endoftext|&gt;</c> in a prompt is read as its letters, never as the control token. The span of a token that holds a
/// part of a character is that whole character; a byte that the vocabulary lacks becomes the end-of-text id, as in the reference.
/// </summary>
public sealed class ByteLevelBpeTokenizer : ITokenizer
{
    private readonly PipelineTokenizer _pipeline;

    private ByteLevelBpeTokenizer(PipelineTokenizer pipeline) => _pipeline = pipeline;

    /// <inheritdoc/>
    public int VocabularySize => _pipeline.VocabularySize;

    /// <inheritdoc/>
    public int EndOfText => _pipeline.EndOfText;

    /// <inheritdoc/>
    public int BeginOfText => _pipeline.BeginOfText;

    /// <summary>Reads the tokenizer of a model folder.</summary>
    /// <exception cref="ModelFormatException">A file is missing or broken.</exception>
    public static ByteLevelBpeTokenizer Load(string folder) =>
        new(ByteLevelBpeFormat.Read(folder, new Dictionary<string, TokenizerDefaults>(), findsSpecialTokens: false));

    /// <inheritdoc/>
    public TokenizedText Encode(string text) => _pipeline.Encode(text);

    /// <inheritdoc/>
    public TokenizedText EncodeContinuation(string text) => _pipeline.EncodeContinuation(text);

    /// <summary>The text of a sequence of ids; bytes that are no UTF-8, and ids without a piece, read as U+FFFD.</summary>
    public string Decode(IEnumerable<int> ids) => _pipeline.Decode(ids);

    /// <inheritdoc/>
    public string DecodeContinuation(IEnumerable<int> ids) => _pipeline.DecodeContinuation(ids);
}
