using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Gguf;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// What a GGUF file says of a model in Hugging Face's form, beside the parameters: the keys of its configuration, its tokenizer and its
/// chat templates, as llama.cpp's converter writes them.
/// </summary>
public sealed class GgufConversion
{
    /// <summary>Reads a model.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="architecture">How models of its family lie in GGUF files.</param>
    /// <param name="families">What each family's tokenizers do where the files say nothing, by <c>model_type</c>.</param>
    /// <exception cref="Tensors.AmendException">
    /// Configuration or tokenizer ask for what no such file says, or the model has no tokenizer.
    /// </exception>
    public GgufConversion(
        IModelSource source, JsonElement config, IGgufArchitecture architecture, IReadOnlyDictionary<string, TokenizerDefaults> families)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(architecture);
        Keys =
        [
            .. GgufConfiguration.ToKeys(config, architecture),
            .. Tokenizer(source, config.Size("vocab_size"), families),
            .. GgufChatTemplates.ToKeys(source.ReadChatTemplates()),
        ];
        (Vectors, Lost) = (architecture.Vectors(config), architecture.Lost(config));
    }

    /// <summary>The keys of configuration, tokenizer and chat templates.</summary>
    public IReadOnlyList<(string Key, object Value)> Keys { get; }

    /// <summary>The tensors that hold what the configuration says.</summary>
    public IReadOnlyList<GgufVector> Vectors { get; }

    /// <summary>What the configuration says and the file does not, a sentence each.</summary>
    public IReadOnlyList<string> Lost { get; }

    private static IReadOnlyList<(string Key, object Value)> Tokenizer(
        IModelSource source, int vocabulary, IReadOnlyDictionary<string, TokenizerDefaults> families) =>
        source.TokenizerFolder is { } folder && source.ReadTokenizer(families, findsSpecialTokens: false) is PipelineTokenizer tokenizer
            ? GgufTokenizerKeys.Of(folder, tokenizer, vocabulary)
            : throw new ModelFormatException(
                $"'{source.Path}' has no tokenizer, and no program reads a GGUF file without one; put its tokenizer's files beside it.");
}
