namespace Amend.Models.Generation;

/// <summary>A greedy continuation of a prompt.</summary>
/// <param name="Text">The whole continuation.</param>
/// <param name="Answer">Its beginning up to the end of the clause.</param>
/// <param name="AnswerIds">The token ids before the one that ends the clause; of an encoder-decoder with the end of the output.</param>
public sealed record GeneratedAnswer(string Text, string Answer, IReadOnlyList<int> AnswerIds);
