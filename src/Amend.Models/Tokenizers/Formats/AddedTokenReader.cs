using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>Reads an added token of <c>tokenizer.json</c> or <c>tokenizer_config.json</c>.</summary>
internal static class AddedTokenReader
{
    /// <summary>The token.</summary>
    /// <exception cref="FormatException">It has no content.</exception>
    public static AddedToken Read(JsonElement element, int id) =>
        new(element.Text("content") ?? throw new FormatException($"the added token {id} has no content"), id)
        {
            IsSpecial = element.Flag("special"),
            IsNormalized = element.Flag("normalized"),
            IsSingleWord = element.Flag("single_word"),
            StripsLeft = element.Flag("lstrip"),
            StripsRight = element.Flag("rstrip"),
        };
}
