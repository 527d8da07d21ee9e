using System.Text;

namespace Amend.Models.Chat;

/// <summary>
/// Takes special tokens out of messages before a template writes them and puts them back behind it, so that what was said is told
/// from what the template says: each is a run, as long as its text, of a character that no message has.
/// </summary>
internal sealed class QuotedTokens
{
    private const char FirstStandIn = '\uE000';
    private const char LastStandIn = '\uF8FF';
    private readonly Dictionary<string, char> _standIns = new(StringComparer.Ordinal);
    private readonly Dictionary<char, string> _tokens = [];

    /// <summary>Finds stand-ins for the special tokens that messages have in them.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="specialTokens">The texts of the special tokens.</param>
    /// <exception cref="FormatException">The messages have all stand-ins in them.</exception>
    public QuotedTokens(IReadOnlyList<ChatMessage> messages, IEnumerable<string> specialTokens)
    {
        var all = string.Concat(messages.Select(message => message.Content));
        var free = Enumerable.Range(FirstStandIn, LastStandIn - FirstStandIn + 1).Select(code => (char)code)
            .Where(code => !all.Contains(code)).GetEnumerator();
        // The longest first, so that one that begins like another is found whole.
        foreach (var token in specialTokens.Where(token => token.Length > 0 && all.Contains(token, StringComparison.Ordinal)).Distinct()
            .OrderByDescending(token => token.Length))
        {
            if (!free.MoveNext())
                throw new FormatException("what is asked has more special tokens and private characters than can be told apart");
            _standIns[token] = free.Current;
            _tokens[free.Current] = token;
        }
    }

    /// <summary>A message with stand-ins for the special tokens in it.</summary>
    public ChatMessage Hide(ChatMessage message) =>
        message with { Content = _standIns.Aggregate(message.Content,
            (text, token) => text.Replace(token.Key, new string(token.Value, token.Key.Length), StringComparison.Ordinal)) };

    /// <summary>What a template wrote, with the tokens back in their places.</summary>
    public ChatPrompt Restore(string written)
    {
        var (text, quoted) = (new StringBuilder(written.Length), new List<(int, int)>());
        for (var at = 0; at < written.Length;)
        {
            if (!_tokens.TryGetValue(written[at], out var token))
            {
                text.Append(written[at++]);
                continue;
            }

            quoted.Add((text.Length, text.Length + token.Length));
            text.Append(token);
            at += token.Length;
        }

        return new ChatPrompt(text.ToString(), quoted);
    }
}
