using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Models.Tokenizers;

namespace Amend.Atlas.Tests.Training;

public sealed class TrainingStreamTests : IDisposable
{
    private const int Rows = 200;
    private static readonly TrainingOptions Options = new() { RowTokens = 48, Vocabulary = TinyTokenizer.Vocabulary };
    private readonly TempWorld _folder = TempWorld.Whole();
    private readonly AtlasWorld _world;
    private readonly ITokenizer _tokenizer;

    public TrainingStreamTests()
    {
        _world = _folder.Load();
        _tokenizer = TinyTokenizer.Learn(_world);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_rows_of_a_seed_are_always_the_same()
    {
        var (first, second, other) = (Stream(Options), Stream(Options), Stream(Options with { Seed = 2 }));

        for (var i = 0; i < Rows; i++)
            Assert.Equivalent(first.Next(), second.Next(), strict: true);
        Assert.NotEqual(Stream(Options).Next().Ids, other.Next().Ids);
    }

    [Fact]
    public void A_row_begins_with_the_end_of_text_and_has_one_token_more_than_it_trains_on()
    {
        var stream = Stream(Options);

        Assert.All(Enumerable.Range(0, Rows).Select(_ => stream.Next()), row =>
        {
            Assert.Equal(_tokenizer.EndOfText, row.Ids[0]);
            Assert.Equal((49, 49, 49), (row.Ids.Length, row.SubjectEnds.Length, row.IsObject.Length));
        });
    }

    [Fact]
    public void The_marked_tokens_of_a_subject_are_its_name()
    {
        var names = _world.Facts.Select(f => f.Subject).ToHashSet();
        var stream = Stream(Options);

        Assert.All(Enumerable.Range(0, Rows).SelectMany(_ => Subjects(stream.Next())), name => Assert.Contains(name, names));
    }

    [Fact]
    public void The_marked_tokens_of_an_object_are_its_name()
    {
        var names = _world.Facts.Select(f => f.Object).ToHashSet();
        var stream = Stream(Options);

        Assert.All(Enumerable.Range(0, Rows).SelectMany(_ => Objects(stream.Next())), name => Assert.Contains(name, names));
    }

    [Fact]
    public void Held_out_phrasings_are_never_shown()
    {
        var plan = new HeldOutPlan(Options.Seed);
        var heldOut = _world.Facts.SelectMany(f => plan.HeldOut(f).Select(p => PassageWriter.Sentence(f, p).Text)).ToList();
        var stream = Stream(Options);

        var text = string.Concat(Enumerable.Range(0, 5 * Rows).Select(_ => _tokenizer.Decode(stream.Next().Ids)));

        Assert.NotEmpty(heldOut);
        Assert.All(heldOut, sentence => Assert.DoesNotContain(sentence, text));
    }

    private TrainingStream Stream(TrainingOptions options) => new(_world, new HeldOutPlan(options.Seed), _tokenizer, options);

    /// <summary>The text of each subject that is whole in the row.</summary>
    private IEnumerable<string> Subjects(TrainingRow row) => row.SubjectEnds
        .Select((end, at) => (End: end, At: at))
        .Where(t => t.End >= 0 && t.End < row.Ids.Length)
        .GroupBy(t => t.End)
        .Select(g => _tokenizer.Decode(row.Ids[g.Min(t => t.At)..(g.Key + 1)]).Trim());

    /// <summary>The text of each run of object tokens that does not touch the row's end.</summary>
    private IEnumerable<string> Objects(TrainingRow row)
    {
        for (var at = 0; at < row.Ids.Length; at++)
        {
            var start = at;
            while (at < row.Ids.Length && row.IsObject[at])
                at++;
            if (at > start && at < row.Ids.Length)
                yield return _tokenizer.Decode(row.Ids[start..at]).Trim();
        }
    }
}
