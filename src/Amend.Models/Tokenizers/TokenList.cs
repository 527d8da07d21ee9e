namespace Amend.Models.Tokenizers;

/// <summary>The tokens of a text as they are found.</summary>
internal sealed class TokenList
{
    private readonly List<int> _ids = [];
    private readonly List<(int Start, int End)> _spans = [];

    /// <summary>Adds a token.</summary>
    public void Add(int id, (int Start, int End) span)
    {
        _ids.Add(id);
        _spans.Add(span);
    }

    /// <summary>Adds special tokens at a place.</summary>
    public void AddAll(IReadOnlyList<int> ids, int at)
    {
        foreach (var id in ids)
            Add(id, (at, at));
    }

    /// <summary>Puts special tokens in front.</summary>
    public void InsertFront(IReadOnlyList<int> ids)
    {
        _ids.InsertRange(0, ids);
        _spans.InsertRange(0, Enumerable.Repeat((0, 0), ids.Count));
    }

    /// <summary>Whether the first tokens are these.</summary>
    public bool StartsWith(IReadOnlyList<int> ids) => _ids.Count >= ids.Count && _ids.Take(ids.Count).SequenceEqual(ids);

    /// <summary>The tokens beside their text.</summary>
    public TokenizedText Build(string text) => new(text, _ids, _spans);
}
