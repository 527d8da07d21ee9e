namespace Amend.Models.Chat.Jinja;

/// <summary>The tokens of an expression or a tag, read one after another.</summary>
internal sealed class JinjaTokens
{
    private static readonly string[] Signs = ["==", "!=", "<=", ">=", "//", "**", "(", ")", "[", "]", "{", "}", ".", ",", ":", "|", "+",
        "-", "*", "/", "%", "~", "=", "<", ">"];
    private static readonly JinjaToken End = new(TokenKind.End, "");
    private readonly List<JinjaToken> _tokens = [];
    private readonly string _source;
    private int _at;

    /// <summary>Reads a text.</summary>
    /// <exception cref="FormatException">A character begins no token.</exception>
    public JinjaTokens(string source)
    {
        _source = source;
        for (var at = 0; at < source.Length;)
        {
            if (char.IsWhiteSpace(source[at]))
                at++;
            else
                _tokens.Add(Read(ref at));
        }
    }

    /// <summary>The present token.</summary>
    public JinjaToken Present => _at < _tokens.Count ? _tokens[_at] : End;

    /// <summary>The token behind it.</summary>
    public JinjaToken Following => _at + 1 < _tokens.Count ? _tokens[_at + 1] : End;

    /// <summary>Takes the present token.</summary>
    public JinjaToken Take()
    {
        var token = Present;
        _at++;
        return token;
    }

    /// <summary>Whether the present token is a sign or a word, which is then taken.</summary>
    public bool TryTake(string text)
    {
        if (!Is(text))
            return false;
        _at++;
        return true;
    }

    /// <summary>Whether the present token is a sign or a word.</summary>
    public bool Is(string text) => Present.Kind is TokenKind.Sign or TokenKind.Name && Present.Text == text;

    /// <summary>Whether a name is among the tokens.</summary>
    public bool Has(string name) => _tokens.Exists(token => token.Kind == TokenKind.Name && token.Text == name);

    /// <summary>Takes a sign or a word that must be there.</summary>
    public void Expect(string text)
    {
        if (!TryTake(text))
            throw Refusal($"'{text}' is expected");
    }

    /// <summary>Takes a name that must be there.</summary>
    public string Name() => Present.Kind == TokenKind.Name ? Take().Text : throw Refusal("a name is expected");

    /// <summary>Refuses what is left over.</summary>
    public void ExpectEnd()
    {
        if (Present.Kind != TokenKind.End)
            throw Refusal("nothing more is expected");
    }

    /// <summary>The failure at the present token.</summary>
    public FormatException Refusal(string expected) => new($"'{_source}' is not understood at '{Present.Text}': {expected}");

    private JinjaToken Read(ref int at)
    {
        var start = at;
        var first = _source[at];
        if (first is '"' or '\'')
            return new JinjaToken(TokenKind.Text, Quoted(ref at));
        if (char.IsLetter(first) || first == '_')
        {
            while (at < _source.Length && (char.IsLetterOrDigit(_source[at]) || _source[at] == '_'))
                at++;
            return new JinjaToken(TokenKind.Name, _source[start..at]);
        }

        if (char.IsAsciiDigit(first))
        {
            while (at < _source.Length
                && (char.IsAsciiDigit(_source[at])
                    || (_source[at] == '.' && at + 1 < _source.Length && char.IsAsciiDigit(_source[at + 1]))))
                at++;
            var number = _source[start..at];
            return new JinjaToken(number.Contains('.') ? TokenKind.Float : TokenKind.Integer, number);
        }

        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(_source, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return new JinjaToken(TokenKind.Sign, sign);
            }
        }

        throw new FormatException($"'{_source}' is not understood at '{first}'");
    }

    private string Quoted(ref int at)
    {
        var quote = _source[at++];
        var start = at;
        while (at < _source.Length && _source[at] != quote)
            at += _source[at] == '\\' ? 2 : 1;
        var end = Math.Min(at++, _source.Length);
        return JinjaLiterals.Unescape(_source.AsSpan(start, end - start));
    }
}

/// <summary>A token of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a quoted one what is between the quotes.</param>
internal sealed record JinjaToken(TokenKind Kind, string Text);

/// <summary>What a token of an expression is.</summary>
internal enum TokenKind
{
    /// <summary>A name or a word such as <c>and</c>.</summary>
    Name,

    /// <summary>A quoted text.</summary>
    Text,

    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A number with a point.</summary>
    Float,

    /// <summary>A sign such as <c>==</c>.</summary>
    Sign,

    /// <summary>The end.</summary>
    End,
}
