using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Atlas.Suites;

/// <summary>
/// Writes the evaluation suites of a world for a model, in the public forms of CounterFact, its reference texts, and known_1000.
/// </summary>
public static class SuiteWriter
{
    /// <summary>The file in CounterFact's form.</summary>
    public const string CounterFactFileName = "atlas-counterfact.json";

    /// <summary>
    /// The reference texts of <see cref="CounterFactFileName"/>, in the form of CounterFact's <c>attribute_snippets.json</c>.
    /// </summary>
    public static readonly string SnippetsFileName = AttributeSnippetsFile.Beside(CounterFactFileName);

    /// <summary>The text whose perplexity is measured with the edits of <see cref="CounterFactFileName"/>.</summary>
    public static readonly string FixedTextFileName = DatasetSource.FixedTextBeside(CounterFactFileName);

    /// <summary>The file in the form of known_1000.</summary>
    public const string KnownFactsFileName = "atlas-known.json";

    /// <summary>Most CounterFact records, if nothing else is asked.</summary>
    public const int DefaultLimit = 1200;

    private const int BatchSize = 64;
    private const int PredictedTokens = 10;

    /// <summary>
    /// Writes both suites, the reference texts and the fixed text; the same world, model, seed and limit give the same bytes.
    /// </summary>
    /// <param name="world">The facts.</param>
    /// <param name="model">The model that must know a fact for it to be in a suite; without edits.</param>
    /// <param name="folder">Where the files go; made where it is missing.</param>
    /// <param name="seed">The seed of all that is drawn.</param>
    /// <param name="limit">Most CounterFact records.</param>
    /// <returns>How many records each file has; 0 where the model knows no fact well enough.</returns>
    /// <exception cref="AmendException">The model has edits, the limit is below 1, or a file cannot be written.</exception>
    public static SuiteCounts Write(AtlasWorld world, LanguageModel model, string folder, int seed, int limit = DefaultLimit)
    {
        if (model.Applied.Ids.Count > 0)
            throw new AmendException(
                $"'{model.Name}' has {model.Applied.Ids.Count} edits applied; "
                + "revert them, because suites are of what the base model knows.");
        if (limit < 1)
            throw new AmendException($"{limit} records were asked; ask for at least 1.");
        Recall recall = new GreedyRecall(model).Recalls;
        var known = new KnownPrompts(world, recall);
        var records = new CounterFactSuite(known, recall, seed).Records(limit);
        var facts = new KnownFactsSuite(known, prompts => Predict(model, prompts), seed).Facts();
        var snippets = new SnippetSuite(world, seed).Groups().ToList();
        Directory.CreateDirectory(folder);
        RecordFile.Write(Path.Combine(folder, CounterFactFileName), records);
        RecordFile.Write(Path.Combine(folder, KnownFactsFileName), facts);
        AttributeSnippetsFile.Write(Path.Combine(folder, SnippetsFileName), snippets);
        var subjects = records.Select(record => record.RequestedRewrite.Subject);
        AtomicFile.WriteAllText(Path.Combine(folder, FixedTextFileName), FixedText.Of(world, seed, subjects));
        return new SuiteCounts(records.Count, facts.Count, snippets.Sum(group => group.Samples.Count));
    }

    private static string[] Predict(LanguageModel model, IReadOnlyList<string> prompts)
    {
        var generator = new Generator(model);
        var options = new GenerationOptions { MaxNewTokens = PredictedTokens };
        var ids = prompts.Select(prompt => model.Tokenize(prompt).Ids).ToArray();
        var predictions = new string[prompts.Count];
        foreach (var chunk in Enumerable.Range(0, ids.Length).OrderBy(i => ids[i].Count).Chunk(BatchSize))
        {
            var generated = generator.Generate([.. chunk.Select(i => ids[i])], options);
            for (var i = 0; i < chunk.Length; i++)
                predictions[chunk[i]] = model.Tokenizer.Decode(generated[i].TakeWhile(id => id != model.Tokenizer.EndOfText));
        }

        return predictions;
    }
}

/// <summary>How much was written.</summary>
/// <param name="CounterFact">Records in CounterFact's form.</param>
/// <param name="Known">Facts that the model knows.</param>
/// <param name="Snippets">Reference texts.</param>
public sealed record SuiteCounts(int CounterFact, int Known, int Snippets);
