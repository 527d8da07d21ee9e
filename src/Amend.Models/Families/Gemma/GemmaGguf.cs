using Amend.Models.Configuration;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Gemma;

/// <summary>What GGUF files of Gemma 2 and 3 leave unsaid alike.</summary>
internal static class GemmaGguf
{
    private const string Key = "query_pre_attn_scalar";

    /// <summary>
    /// What scores are divided by the root of: a head's width, but in the one published model that scales by another, which its number of
    /// layers tells.
    /// </summary>
    /// <param name="layers">That number; there the stream's width over the heads is taken.</param>
    public static GgufKey Scale(int layers) => new(
        Key,
        file => file.Size("block_count") == layers ? file.Size("embedding_length") / file.Size("attention.head_count") : file.HeadWidth,
        config =>
        {
            var taken = config.Size("num_hidden_layers") == layers
                ? config.HeadWidth("hidden_size", "num_attention_heads")
                : config.SizeOr("head_dim", GemmaFamily.DefaultHeadWidth);
            return config.NumberOr(Key, GemmaFamily.DefaultQueryScalar) is var scale && scale == taken
                ? []
                : throw GgufKey.Refusal($"{Key} {scale}", $"they are read with {taken}");
        });
}
