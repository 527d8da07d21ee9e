using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Atlas.Training.T5;

/// <summary>
/// The questions of each batch: every told fact once an epoch in a new order, in a wording that training may show. A batch is a function of
/// the seed and its number.
/// </summary>
internal sealed class QuestionStream
{
    private readonly T5TrainingOptions _options;
    private readonly PipelineTokenizer _tokenizer;
    private readonly (Fact Fact, IReadOnlyList<string> Forms)[] _facts;
    private (long Number, int[] Order) _epoch = (-1, []);

    public QuestionStream(AtlasWorld world, QuestionPlan plan, PipelineTokenizer tokenizer, T5TrainingOptions options)
    {
        (_options, _tokenizer) = (options, tokenizer);
        _facts = [.. world.Facts.Where(fact => !plan.IsUntold(fact)).Select(fact => (fact, plan.Shown(fact)))];
    }

    /// <summary>The rows of a batch.</summary>
    public IReadOnlyList<QuestionRow> Batch(int number)
    {
        var random = StableRandom.For(_options.Seed, $"questions of batch\t{number}");
        return [.. Enumerable.Range(0, _options.BatchRows).Select(row => Row(((long)number * _options.BatchRows) + row, random))];
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
