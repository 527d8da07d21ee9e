using Amend.Models.Configuration;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>What an architecture's map reads of a GGUF file: the keys that begin with the architecture's name, and its tensors.</summary>
public sealed class GgufSettings
{
    private const string TokensKey = "tokenizer.ggml.tokens";
    private const string Embedding = "token_embd.weight";
    private readonly GgufFile _file;
    private readonly string _architecture;

    /// <summary>Reads of a file, which stays the caller's.</summary>
    internal GgufSettings(GgufFile file, string architecture) => (_file, _architecture) = (file, architecture);

    /// <summary>The number of ids: <c>vocab_size</c>, else the number of tokens, else the rows of the embedding.</summary>
    /// <exception cref="Tensors.AmendException">The file says none of them, or a key is mistyped.</exception>
    public int Vocabulary => SizeOrNone("vocab_size")
        ?? _file.Metadata.TextsOrNone(TokensKey)?.Count
        ?? (Has(Embedding) ? (int)_file.Entry(Embedding).Shape[0] : Size("vocab_size"));

    /// <summary>The width of a head: <c>attention.key_length</c>, else that of the residual stream over the number of heads.</summary>
    /// <exception cref="Tensors.AmendException">
    /// A key is missing or mistyped, values have another width than keys, or the heads do not divide the stream.
    /// </exception>
    public int HeadWidth
    {
        get
        {
            var (stream, heads) = (Size("embedding_length"), Size("attention.head_count"));
            var width = SizeOrNone("attention.key_length")
                ?? (stream % heads == 0 ? stream / heads : throw Refusal(
                    $"{Full("embedding_length")} {stream} is not a multiple of {Full("attention.head_count")} {heads}"));
            return SizeOrNone("attention.value_length") is { } values && values != width
                ? throw Refusal($"its heads have keys of {width} values and values of {values}, and one width for both is read")
                : width;
        }
    }

    /// <summary>The number of key and value heads: <c>attention.head_count_kv</c>, else that of the heads.</summary>
    /// <exception cref="Tensors.AmendException">A key is missing or mistyped, or the heads are not a multiple of it.</exception>
    public int KeyValueHeads
    {
        get
        {
            var heads = Size("attention.head_count");
            var keyValueHeads = SizeOrNone("attention.head_count_kv") ?? heads;
            return heads % keyValueHeads == 0 ? keyValueHeads : throw Refusal(
                $"{Full("attention.head_count")} {heads} is not a multiple of {Full("attention.head_count_kv")} {keyValueHeads}");
        }
    }

    /// <summary>Whether the head is the token embedding: the file has no <c>output.weight</c>.</summary>
    public bool IsTied => !Has("output.weight");

    /// <summary>Whether the file has a tensor.</summary>
    public bool Has(string tensor) => _file.Contains(tensor);

    /// <summary>The values of a small tensor.</summary>
    public IReadOnlyList<double> ValuesOf(string tensor)
    {
        using var values = _file.Load(tensor, ScalarType.Float64);
        return values.data<double>().ToArray();
    }

    /// <summary>A whole number of at least one.</summary>
    /// <param name="key">The key without the architecture's name.</param>
    /// <exception cref="Tensors.AmendException">The key is missing or mistyped, or the number is below 1.</exception>
    public int Size(string key) => Checked(key, _file.Metadata.Integer(Full(key)));

    /// <summary>A whole number of at least one; null where the key is missing.</summary>
    /// <inheritdoc cref="Size"/>
    public int? SizeOrNone(string key) => _file.Metadata.IntegerOrNone(Full(key)) is { } number ? Checked(key, number) : null;

    /// <summary>A whole number of at least one; null where the key is missing or 0.</summary>
    /// <inheritdoc cref="Size"/>
    public int? SizeOrNothing(string key) => _file.Metadata.IntegerOrNone(Full(key)) is null or 0 ? null : Size(key);

    /// <summary>A number.</summary>
    /// <exception cref="Tensors.AmendException">The key is missing or mistyped.</exception>
    public double Number(string key) => _file.Metadata.Number(Full(key));

    /// <summary>A number; null where the key is missing.</summary>
    /// <exception cref="Tensors.AmendException">The key is mistyped.</exception>
    public double? NumberOrNone(string key) => _file.Metadata.NumberOrNone(Full(key));

    /// <summary>A truth value; null where the key is missing.</summary>
    /// <exception cref="Tensors.AmendException">The key is mistyped.</exception>
    public bool? FlagOrNone(string key) => _file.Metadata.FlagOrNone(Full(key));

    /// <summary>A text; null where the key is missing.</summary>
    /// <exception cref="Tensors.AmendException">The key is mistyped.</exception>
    public string? TextOrNone(string key) => _file.Metadata.TextOrNone(Full(key));

    /// <summary>A key with the architecture's name in front, as the file has it.</summary>
    public string Full(string key) => $"{_architecture}.{key}";

    /// <summary>The failure of a file that asks for what is not read.</summary>
    /// <param name="found">What it asks for, a clause.</param>
    public ModelFormatException Refusal(string found) =>
        new($"'{_file.Path}' cannot be read as a model of the architecture '{_architecture}': {found}; take another file of the model.");

    private int Checked(string key, long number) => number is > 0 and <= int.MaxValue
        ? (int)number
        : throw Refusal($"{Full(key)} is {number}, which is no whole number from 1 to {int.MaxValue}");
}
