using Amend.Models.Tokenizers.Pieces;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>A model that was read from <c>tokenizer.json</c>.</summary>
/// <param name="Model">Cuts words into pieces.</param>
/// <param name="Ids">The id of each piece.</param>
/// <param name="FindsSpecialTokens">Whether special tokens are always found in a text, as a masked prompt needs it.</param>
internal sealed record ReadModel(IPieceModel Model, IReadOnlyDictionary<string, int> Ids, bool FindsSpecialTokens);
