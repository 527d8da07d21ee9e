using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models.Tokenizers;

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
    private const int FewSubjects = 4;
    private readonly TrainingOptions options;
    private readonly PassageWriter writer;
    private readonly ITokenizer tokenizer;
    private readonly (Fact Fact, int Phrasing)[] epoch;
    private readonly Random random;
    private readonly Dictionary<(string, int, bool), TokenizedPassage> encoded = [];
    private Drawn? carried;
    private int next;

    public TrainingStream(AtlasWorld world, HeldOutPlan plan, ITokenizer tokenizer, TrainingOptions options)
    {
        this.options = options;
        this.tokenizer = tokenizer;
        writer = new PassageWriter(world);
        random = StableRandom.For(options.Seed, "training stream");
        var sharing = world.Facts.GroupBy(f => (f.Relation.Id, f.Object)).ToDictionary(g => g.Key, g => g.Count());
        epoch = [.. world.Facts.SelectMany(fact => Enumerable
            .Repeat(plan.Trained(fact), sharing[(fact.Relation.Id, fact.Object)] < FewSubjects ? 2 : 1)
            .SelectMany(phrasings => phrasings.Select(phrasing => (fact, phrasing))))];
        next = epoch.Length;
    }

    /// <summary>The next row; a passage that is cut at its end comes again, whole, in the next row.</summary>
    public TrainingRow Next()
    {
        var length = options.RowTokens + 1;
        var row = new TrainingRow(new int[length], new int[length], new bool[length], random.NextDouble() < options.LocalShare);
        for (var at = 0; at < length;)
        {
            var continues = at > 0 && random.NextDouble() >= FreshStartShare;
            if (!continues)
                (row.Ids[at], row.SubjectEnds[at++]) = (tokenizer.EndOfText, -1);
            var drawn = carried ?? Draw();
            var passage = Encode(drawn, continues);
            carried = at > 1 && at + passage.Ids.Length > length ? drawn : null;
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
        if (next == epoch.Length)
        {
            random.Shuffle(epoch);
            next = 0;
        }

        if (random.NextDouble() < DescriptionShare)
            return new Drawn(null, 0, writer.Description(epoch[random.Next(epoch.Length)].Fact, random));
        var (fact, phrasing) = epoch[next++];
        return new Drawn(fact, phrasing, null);
    }

    private TokenizedPassage Encode(Drawn drawn, bool continues)
    {
        if (drawn.Fact is null)
            return TokenizedPassage.Encode(drawn.Description!, tokenizer, continues);
        var key = (drawn.Fact.Key, drawn.Phrasing, continues);
        if (!encoded.TryGetValue(key, out var passage))
            encoded[key] = passage = TokenizedPassage.Encode(PassageWriter.Sentence(drawn.Fact, drawn.Phrasing), tokenizer, continues);
        return passage;
    }

    /// <summary>A fact in a phrasing, or a description.</summary>
    private sealed record Drawn(Fact? Fact, int Phrasing, Passage? Description);
}
