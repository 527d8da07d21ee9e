namespace Amend.Models.Chat.Jinja;

/// <summary>
/// A list that Python writes in parentheses and that equals no list: a pair of a dictionary's items, or values between commas.
/// </summary>
/// <param name="items">The values.</param>
internal sealed class JinjaTuple(IEnumerable<object?> items) : List<object?>(items);
