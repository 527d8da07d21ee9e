using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Atlas.Training;

/// <summary>
/// An endless stream of training rows: every trained phrasing of every fact once an epoch in a new order, descriptions in
/// between, packed one after the other. Facts whose object few subjects share come twice, since their object is seen least.
/// The stream is a function of the seed; a checkpoint stores how many rows were drawn and fast-forwards.
/// </summary>
internal sealed class TrainingStream
{
    private const double DescriptionShare = 0.12;
    private const double FreshStartShare = 0.5;
    private const double BareStartShare = 0.5;
    private const int FewSubjects = 4;
    private readonly TrainingOptions _options;
    private readonly PassageWriter _writer;
    private readonly ITokenizer _tokenizer;
    private readonly (Fact Fact, int Phrasing)[] _epoch;
    private readonly Random _random;
    private readonly Dictionary<(string, int, bool), TokenizedPassage> _encoded = [];
    private Drawn? _carried;
    private int _next;
    private long _rows;

    public TrainingStream(AtlasWorld world, HeldOutPlan plan, ITokenizer tokenizer, TrainingOptions options)
    {
        _options = options;
        _tokenizer = tokenizer;
        _writer = new PassageWriter(world);
        _random = StableRandom.For(_options.Seed, "training stream");
        var sharing = world.Facts.GroupBy(f => (f.Relation.Id, f.Object)).ToDictionary(g => g.Key, g => g.Count());
        _epoch = [.. world.Facts.SelectMany(fact => Enumerable
            .Repeat(plan.Trained(fact), sharing[(fact.Relation.Id, fact.Object)] < FewSubjects ? 2 : 1)
            .SelectMany(phrasings => phrasings.Select(phrasing => (fact, phrasing))))];
        _next = _epoch.Length;
    }

    /// <summary>The next row; a passage that is cut at its end comes again, whole, in the next row.</summary>
    public TrainingRow Next()
    {
        var length = _options.RowTokens + 1;
        var row = new TrainingRow(new int[length], new int[length], new bool[length], _random.NextDouble() < _options.LocalShare);
        var startsBare = _rows++ >= (long)_options.FirstCycleSteps * _options.BatchRows && _random.NextDouble() < BareStartShare;
        for (var at = 0; at < length;)
        {
            var continues = at > 0 && _random.NextDouble() >= FreshStartShare;
            if (!continues && !(at == 0 && startsBare))
                (row.Ids[at], row.SubjectEnds[at++]) = (_tokenizer.EndOfText, -1);
            var drawn = _carried ?? Draw();
            var passage = Encode(drawn, continues);
            _carried = at > 1 && at + passage.Ids.Length > length ? drawn : null;
            at = Place(passage, row, at);
        }

        return row;
    }

    private static int Place(TokenizedPassage passage, TrainingRow row, int at)
    {
        var count = Math.Min(passage.Ids.Length, row.Ids.Length - at);
        for (var t = 0; t < count; t++)
        {
            row.Ids[at + t] = passage.Ids[t];
            row.SubjectEnds[at + t] = passage.SubjectEnds[t] < 0 ? -1 : at + passage.SubjectEnds[t];
            row.IsObject[at + t] = passage.IsObject[t];
        }

        return at + count;
    }

    private Drawn Draw()
    {
        if (_next == _epoch.Length)
        {
            _random.Shuffle(_epoch);
            _next = 0;
        }

        if (_random.NextDouble() < DescriptionShare)
            return new Drawn(null, 0, _writer.Description(_epoch[_random.Next(_epoch.Length)].Fact, _random));
        var (fact, phrasing) = _epoch[_next++];
        return new Drawn(fact, phrasing, null);
    }

    private TokenizedPassage Encode(Drawn drawn, bool continues)
    {
        if (drawn.Fact is null)
            return TokenizedPassage.Encode(drawn.Description!, _tokenizer, continues);
        var key = (drawn.Fact.Key, drawn.Phrasing, continues);
        if (!_encoded.TryGetValue(key, out var passage))
            _encoded[key] = passage = TokenizedPassage.Encode(PassageWriter.Sentence(drawn.Fact, drawn.Phrasing), _tokenizer, continues);
        return passage;
    }

    /// <summary>A fact in a phrasing, or a description.</summary>
    private sealed record Drawn(Fact? Fact, int Phrasing, Passage? Description);
}

/// <summary>One row of a training batch.</summary>
/// <param name="Ids">Token ids, T + 1: inputs and, shifted by one, targets.</param>
/// <param name="SubjectEnds">For a token of a subject the index of that subject's last token, else -1; T + 1.</param>
/// <param name="IsObject">Whether a token is an object's; T + 1.</param>
/// <param name="Local">Whether the locality mask applies to the row.</param>
internal sealed record TrainingRow(int[] Ids, int[] SubjectEnds, bool[] IsObject, bool Local);

/// <summary>A passage as the trainer packs it: ids, and for each token its part in a subject and in an object.</summary>
/// <param name="Ids">Token ids, T.</param>
/// <param name="SubjectEnds">For a token of a subject the index of that subject's last token, else -1.</param>
/// <param name="IsObject">Whether the token belongs to an object whose subject stands before it.</param>
internal sealed record TokenizedPassage(int[] Ids, int[] SubjectEnds, bool[] IsObject)
{
    /// <summary>Tokenizes a passage, as the start of a text or as the continuation of one (with a space in front).</summary>
    public static TokenizedPassage Encode(Passage passage, ITokenizer tokenizer, bool continues)
    {
        var shift = continues ? 1 : 0;
        var tokens = tokenizer.Encode(continues ? " " + passage.Text : passage.Text);
        var subjectEnds = new int[tokens.Ids.Count];
        var isObject = new bool[tokens.Ids.Count];
        Array.Fill(subjectEnds, -1);
        foreach (var (start, end) in passage.Subjects)
        {
            var last = tokens.LastTokenOf(start + shift, end + shift);
            for (var t = tokens.FirstTokenOf(start + shift, end + shift); t <= last; t++)
                subjectEnds[t] = last;
        }

        foreach (var (start, end) in passage.Objects)
        {
            for (var t = tokens.FirstTokenOf(start + shift, end + shift); t <= tokens.LastTokenOf(start + shift, end + shift); t++)
                isObject[t] = true;
        }

        return new TokenizedPassage([.. tokens.Ids], subjectEnds, isObject);
    }
}
