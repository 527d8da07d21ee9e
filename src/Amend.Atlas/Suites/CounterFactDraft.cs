using Amend.Atlas.Facts;
using Amend.Evaluation.Cases;

namespace Amend.Atlas.Suites;

/// <summary>A CounterFact record whose paraphrase after a foreign sentence is still to be chosen among options.</summary>
/// <param name="Fact">The fact to edit.</param>
/// <param name="Record">The record, with its plain paraphrase only.</param>
/// <param name="AfterForeign">Paraphrases with a foreign sentence in front, in order of preference.</param>
internal sealed record CounterFactDraft(Fact Fact, CounterFactRecord Record, IReadOnlyList<string> AfterForeign)
{
    /// <summary>The record with one of the options as its second paraphrase.</summary>
    public CounterFactRecord With(string afterForeign) => Record with { ParaphrasePrompts = [.. Record.ParaphrasePrompts, afterForeign] };
}
