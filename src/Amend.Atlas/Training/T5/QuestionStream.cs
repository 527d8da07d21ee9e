using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Atlas.Training.T5;

/// <summary>
/// The questions of each batch: every told fact once an epoch in a new order, in a wording that training may show. Batches are cut from
/// several batches' questions in the order of their lengths, so that little is padding. A batch is a function of the seed and its number.
/// </summary>
internal sealed class QuestionStream
{
    private const int SortedBatches = 16;
    private readonly T5TrainingOptions _options;
    private readonly PipelineTokenizer _tokenizer;
    private readonly (Fact Fact, IReadOnlyList<string> Forms)[] _facts;
    private (int Number, QuestionRow[][] Batches) _sorted = (-1, []);
    private (long Number, int[] Order) _epoch = (-1, []);

    public QuestionStream(AtlasWorld world, QuestionPlan plan, PipelineTokenizer tokenizer, T5TrainingOptions options)
    {
        (_options, _tokenizer) = (options, tokenizer);
        _facts = [.. world.Facts.Where(fact => !plan.IsUntold(fact)).Select(fact => (fact, plan.Shown(fact)))];
    }

    /// <summary>The rows of a batch.</summary>
    public IReadOnlyList<QuestionRow> Batch(int number)
    {
        var group = number / SortedBatches;
        if (_sorted.Number != group)
            _sorted = (group, Sorted(group));
        return _sorted.Batches[number % SortedBatches];
    }

    private QuestionRow[][] Sorted(int group)
    {
        var random = StableRandom.For(_options.Seed, $"questions of batches\t{group}");
        var first = (long)group * SortedBatches * _options.BatchRows;
        QuestionRow[][] batches =
        [
            .. Enumerable.Range(0, SortedBatches * _options.BatchRows)
                .Select(row => Row(first + row, random))
                .OrderBy(row => row.Question.Count)
                .Chunk(_options.BatchRows),
        ];
        random.Shuffle(batches);
        return batches;
    }

    private QuestionRow Row(long row, Random random)
    {
        var (fact, forms) = FactOf(row);
        return QuestionRow.Of(_tokenizer, QuestionForms.Ask(forms[random.Next(forms.Count)], fact.Subject), fact.Object);
    }

    private (Fact Fact, IReadOnlyList<string> Forms) FactOf(long row)
    {
        var epoch = row / _facts.Length;
        if (_epoch.Number != epoch)
        {
            int[] order = [.. Enumerable.Range(0, _facts.Length)];
            StableRandom.For(_options.Seed, $"questions of epoch\t{epoch}").Shuffle(order);
            _epoch = (epoch, order);
        }

        return _facts[_epoch.Order[row % _facts.Length]];
    }
}

/// <summary>A question with its answer, as token ids; both end with the id that ends a text.</summary>
/// <param name="Question">The ids that are read.</param>
/// <param name="Answer">The ids that are written.</param>
internal sealed record QuestionRow(IReadOnlyList<int> Question, IReadOnlyList<int> Answer)
{
    /// <summary>Tokenizes both.</summary>
    public static QuestionRow Of(PipelineTokenizer tokenizer, string question, string answer) =>
        new(tokenizer.Encode(question).Ids, tokenizer.Encode(answer).Ids);
}
