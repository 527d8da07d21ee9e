using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Bert;
using Amend.Models.Tokenizers;

namespace Amend.Atlas.Tests.Training.Bert;

public sealed class ClaimStreamTests : IDisposable
{
    private static readonly BertTrainingOptions Options = new() { Steps = 100, BatchRows = 7, Vocabulary = 400 };
    private readonly TempWorld _folder = TempWorld.Whole();
    private readonly TempFolder _pieces = new();
    private readonly AtlasWorld _world;
    private readonly ClaimPlan _plan = new(1);
    private readonly PipelineTokenizer _tokenizer;

    public ClaimStreamTests()
    {
        _world = _folder.Load();
        ClaimTokenizer.Write(_world, _plan, Options.Vocabulary, _pieces.Path);
        _tokenizer = WorldTokenizer.Load(_pieces.Path);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _pieces.Dispose();
    }

    [Fact]
    public void A_batch_is_a_function_of_seed_and_number_in_whatever_order_batches_are_asked_for()
    {
        var inOrder = Enumerable.Range(0, 20).Select(Stream().Batch).Select(Text).ToList();
        var backwards = Stream();

        foreach (var number in Enumerable.Range(0, 20).Reverse())
            Assert.Equal(inOrder[number], Text(backwards.Batch(number)));
        Assert.NotEqual(inOrder[0], Text(Stream(seed: 2).Batch(0)));
    }

    [Fact]
    public void No_held_out_form_of_a_fact_is_shown()
    {
        var heldOut =
            from fact in _world.Facts
            from form in _plan.HeldOut(fact)
            from assurance in ClaimForms.Assurances.Append(null)
            from claimed in fact.Relation.Objects
            select Normal((form with { Assurance = assurance }).Fill(fact.Subject, claimed).Text);

        Assert.Empty(Rows(300).Where(row => row.IsTrue is not null).Select(row => _tokenizer.Decode(row.Ids)).Intersect(heldOut));
    }

    [Fact]
    public void What_is_to_be_filled_in_is_the_true_object_whatever_is_claimed()
    {
        var ends = _world.Facts.Select(fact => _tokenizer.EncodeContinuation(fact.Object).Ids).Select(ids => (ids[0], ids[^1])).ToHashSet();

        Assert.All(Rows(50), row =>
        {
            Assert.Contains((row.Filled[0].Id, row.Filled[^1].Id), ends);
            var shown = row.Filled.Select(one => row.Ids[one.Place]);
            if (row.IsTrue is null)
                Assert.All(shown, id => Assert.Equal("[MASK]", _tokenizer.PieceOf(id)));
            else
                Assert.Equal(row.IsTrue, shown.SequenceEqual(row.Filled.Select(one => one.Id)));
        });
    }

    [Fact]
    public void Shares_of_masked_and_of_true_claims_are_those_of_the_options()
    {
        var rows = Rows(800).ToList();

        Assert.Equal(0.3, rows.Average(row => row.IsTrue is null ? 1.0 : 0), 0.03);
        Assert.Equal(0.5, rows.Where(row => row.IsTrue is not null).Average(row => row.IsTrue!.Value ? 1.0 : 0), 0.03);
    }

    [Fact]
    public void Every_fact_is_shown_once_an_epoch()
    {
        var texts = Rows(16).Select(row => $" {_tokenizer.Decode(row.Ids)} ").ToList();

        Assert.Equal(14 * 8, texts.Count);
        Assert.All(_world.Facts, fact => Assert.Equal(8, texts.Count(text => text.Contains(Normal(fact.Subject), StringComparison.Ordinal))));
    }

    [Fact]
    public void Claims_of_a_batch_are_of_similar_lengths()
    {
        double Spread(IEnumerable<ClaimRow> rows) => rows.Max(row => row.Ids.Count) - rows.Min(row => row.Ids.Count);
        var stream = Stream();

        Assert.True(Enumerable.Range(0, 40).Average(batch => Spread(stream.Batch(batch))) < Spread(Rows(40)) / 2);
    }

    private ClaimStream Stream(int seed = 1) => new(_world, _plan, _tokenizer, Options with { Seed = seed });

    private IEnumerable<ClaimRow> Rows(int batches)
    {
        var stream = Stream();
        return Enumerable.Range(0, batches).SelectMany(stream.Batch);
    }

    private string Text(IEnumerable<ClaimRow> rows) => string.Join('\n', rows.Select(row => $"{string.Join(' ', row.Ids)} {row.IsTrue}"));

    private string Normal(string text) => _tokenizer.Decode(_tokenizer.Encode(text).Ids);
}
