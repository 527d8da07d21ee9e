namespace Amend.Models.Tokenizers.Pieces;

/// <summary>The pieces of a vocabulary by their letters, to find all that begin at a place.</summary>
internal sealed class PieceTrie
{
    private const int NoPiece = -1;
    private readonly Dictionary<(int Node, char Letter), int> _next = [];
    private readonly List<int> _ids = [NoPiece];

    /// <summary>Adds a piece; of two that are equal the first stays.</summary>
    public void Add(ReadOnlySpan<char> piece, int id)
    {
        if (piece.IsEmpty)
            return;
        var node = 0;
        foreach (var letter in piece)
        {
            if (!_next.TryGetValue((node, letter), out var next))
            {
                _next[(node, letter)] = next = _ids.Count;
                _ids.Add(NoPiece);
            }

            node = next;
        }

        if (_ids[node] == NoPiece)
            _ids[node] = id;
    }

    /// <summary>The pieces that begin at a place, the shortest first, with the place behind each.</summary>
    public IEnumerable<(int Id, int End)> From(string text, int start)
    {
        var node = 0;
        for (var at = start; at < text.Length && _next.TryGetValue((node, text[at]), out node); at++)
        {
            if (_ids[node] != NoPiece)
                yield return (_ids[node], at + 1);
        }
    }

    /// <summary>The longest piece that begins at a place.</summary>
    public bool TryLongest(string text, int start, out int id, out int end)
    {
        (id, end) = (NoPiece, start);
        var node = 0;
        for (var at = start; at < text.Length && _next.TryGetValue((node, text[at]), out node); at++)
        {
            if (_ids[node] != NoPiece)
                (id, end) = (_ids[node], at + 1);
        }

        return id != NoPiece;
    }
}
