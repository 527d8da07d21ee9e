namespace Amend.Models.Tokenizers;

/// <summary>How added tokens are found in a text: some as the text is, the rest in what the normalizer makes of it.</summary>
/// <param name="InText">Finds those of the first kind.</param>
/// <param name="InNormalized">Finds those of the second.</param>
internal sealed record AddedTokenSplit(AddedTokenFinder InText, AddedTokenFinder InNormalized)
{
    /// <summary>Finds tokens by what a normalizer makes of their content.</summary>
    public static AddedTokenSplit Of(IReadOnlyList<AddedToken> tokens, Func<string, string> normalized) => new(
        new AddedTokenFinder(tokens.Where(token => !token.IsNormalized).Select(token => (token.Content, token))),
        new AddedTokenFinder(tokens.Where(token => token.IsNormalized).Select(token => (normalized(token.Content), token))));
}
