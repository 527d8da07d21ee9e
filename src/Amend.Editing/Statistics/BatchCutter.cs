using Amend.Models;

namespace Amend.Editing.Statistics;

/// <summary>Cuts a text into batches of whole passages, each cut to the sequence length.</summary>
/// <param name="model">Its tokenizer cuts passages into tokens.</param>
/// <param name="sequenceLength">Most tokens of a passage.</param>
/// <param name="batchTokens">Tokens of a batch, padding included, which a single passage may exceed.</param>
internal sealed class BatchCutter(LanguageModel model, int sequenceLength, int batchTokens)
{
    /// <summary>Takes as many passages as a batch has room for; fewer tokens where the budget ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="budget">Most tokens.</param>
    /// <param name="end">The passage to end before.</param>
    public PassageBatch Next(HashedLines text, long budget, long end)
    {
        var (batch, longest, cut) = (new List<IReadOnlyList<int>>(), 0, new CutOff(0, 0));
        while (budget > 0 && text.Taken < end && text.Next is { } line)
        {
            var ids = string.IsNullOrWhiteSpace(line) ? [] : model.Tokenizer.Encode(line).Ids;
            var length = (int)Math.Min(Math.Min(ids.Count, sequenceLength), budget);
            if (batch.Count > 0 && (batch.Count + 1L) * Math.Max(longest, length) > batchTokens)
                break;
            text.Take();
            if (length == 0)
                continue;
            batch.Add([.. ids.Take(length)]);
            longest = Math.Max(longest, length);
            budget -= length;
            cut += new CutOff(ids.Count > sequenceLength ? 1 : 0, Math.Max(0, ids.Count - sequenceLength));
        }

        return new PassageBatch(batch, cut);
    }
}

/// <summary>Passages of a pass.</summary>
/// <param name="Texts">Their token ids.</param>
/// <param name="Cut">What the sequence length left out of them.</param>
internal sealed record PassageBatch(IReadOnlyList<IReadOnlyList<int>> Texts, CutOff Cut)
{
    /// <summary>The number of tokens.</summary>
    public long Tokens => Texts.Sum(ids => (long)ids.Count);
}

/// <summary>What the sequence length left out.</summary>
/// <param name="Passages">Passages that were too long.</param>
/// <param name="Tokens">Their tokens that were left out.</param>
internal readonly record struct CutOff(int Passages, long Tokens)
{
    /// <summary>Both together.</summary>
    public static CutOff operator +(CutOff one, CutOff other) => new(one.Passages + other.Passages, one.Tokens + other.Tokens);
}
