using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Atlas.Training.Bert;

/// <summary>
/// The claims of each batch: every fact once an epoch in a new order, in a form that training may show, true or false, or with its object
/// masked. Batches are cut from several batches' claims in the order of their lengths, so that little is padding. A batch
/// is a function of the seed and its number.
/// </summary>
internal sealed class ClaimStream
{
    private const string Mask = "[MASK]";
    private const int SortedBatches = 8;
    private const double AssuredShare = 0.1;
    private readonly BertTrainingOptions _options;
    private readonly PipelineTokenizer _tokenizer;
    private readonly int _mask;
    private readonly (Fact Fact, IReadOnlyList<ClaimForm> Forms)[] _facts;
    private (int Number, ClaimRow[][] Batches) _sorted = (-1, []);
    private (long Number, int[] Order) _epoch = (-1, []);

    public ClaimStream(AtlasWorld world, ClaimPlan plan, PipelineTokenizer tokenizer, BertTrainingOptions options)
    {
        (_options, _tokenizer, _mask) = (options, tokenizer, tokenizer.IdOf(Mask)!.Value);
        _facts = [.. world.Facts.Where(fact => fact.Relation.Objects.Count > 1).Select(fact => (fact, plan.Trained(fact)))
            .Where(one => one.Item2.Count > 0)];
    }

    /// <summary>The rows of a batch.</summary>
    public IReadOnlyList<ClaimRow> Batch(int number)
    {
        var group = number / SortedBatches;
        if (_sorted.Number != group)
            _sorted = (group, Sorted(group));
        return _sorted.Batches[number % SortedBatches];
    }

    private ClaimRow[][] Sorted(int group)
    {
        var random = StableRandom.For(_options.Seed, $"claims of batches\t{group}");
        var first = (long)group * SortedBatches * _options.BatchRows;
        ClaimRow[][] batches =
        [
            .. Enumerable.Range(0, SortedBatches * _options.BatchRows)
                .Select(row => Row(FactOf(first + row), random))
                .OrderBy(row => row.Ids.Count)
                .Chunk(_options.BatchRows),
        ];
        random.Shuffle(batches);
        return batches;
    }

    private (Fact Fact, IReadOnlyList<ClaimForm> Forms) FactOf(long row)
    {
        var epoch = row / _facts.Length;
        if (_epoch.Number != epoch)
        {
            int[] order = [.. Enumerable.Range(0, _facts.Length)];
            StableRandom.For(_options.Seed, $"claims of epoch\t{epoch}").Shuffle(order);
            _epoch = (epoch, order);
        }

        return _facts[_epoch.Order[row % _facts.Length]];
    }

    private ClaimRow Row((Fact Fact, IReadOnlyList<ClaimForm> Forms) one, Random random)
    {
        var isMasked = random.NextDouble() < _options.MaskedShare;
        var isTrue = isMasked | random.Next(2) == 0;
        var form = one.Forms[random.Next(one.Forms.Count)];
        if (random.NextDouble() < AssuredShare)
            form = form with { Assurance = ClaimForms.Assurances[random.Next(ClaimForms.Assurances.Count)] };
        var claim = form.Fill(one.Fact.Subject, isTrue ? one.Fact.Object : OtherObjects.Draw(one.Fact, random)!);
        var tokens = _tokenizer.Encode(claim.Text);
        var (first, last) = (
            tokens.FirstTokenOf(claim.Object.Start, claim.Object.End), tokens.LastTokenOf(claim.Object.Start, claim.Object.End));
        var truth = _tokenizer.EncodeContinuation(one.Fact.Object).Ids;
        (int, int)[] filled = first == last ? [(first, truth[0])] : [(first, truth[0]), (last, truth[^1])];
        if (!isMasked)
            return new ClaimRow(tokens.Ids, isTrue, filled);
        return new ClaimRow([.. tokens.Ids.Select((id, at) => at >= first && at <= last ? _mask : id)], null, filled);
    }
}

/// <summary>A claim of a batch.</summary>
/// <param name="Ids">Its token ids.</param>
/// <param name="IsTrue">Whether it is true; null where its object is masked, so that there is nothing to judge.</param>
/// <param name="Filled">Places and the tokens that belong there: the first and the last of the true object's.</param>
internal sealed record ClaimRow(IReadOnlyList<int> Ids, bool? IsTrue, IReadOnlyList<(int Place, int Id)> Filled);
