using Amend.Atlas.Documents;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Atlas.Suites;

/// <summary>
/// Writes the suites of a world for a model, in the public forms of CounterFact, its reference texts, and known_1000; and claims,
/// questions and documents, which ask no model, in Amend's own form.
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

    /// <summary>The training part of <see cref="CounterFactFileName"/>.</summary>
    public const string CounterFactTrainingFileName = "atlas-counterfact.train.json";

    /// <summary>Plain questions for training editors, in Amend's own form.</summary>
    public const string QuestionsFileName = "atlas-qa.train.jsonl";

    /// <summary>The claims that editors are trained on, in Amend's own form.</summary>
    public const string TrainingClaimsFileName = "atlas-fever.train.jsonl";

    /// <summary>The claims that editors are measured on.</summary>
    public const string DevelopmentClaimsFileName = "atlas-fever.dev.jsonl";

    /// <summary>Questions of facts that a model was never told, each in several wordings to edit, in Amend's own form.</summary>
    public const string CorrectionsFileName = "atlas-zsre.jsonl";

    /// <summary>Other wordings of the questions of <see cref="CorrectionsFileName"/>.</summary>
    public const string HoldoutFileName = "atlas-zsre.holdout.jsonl";

    /// <summary>Questions of facts that a model was told.</summary>
    public const string UpstreamFileName = "atlas-nq.jsonl";

    /// <summary>Questions of other facts that a model was told, with another answer to teach, for training editors.</summary>
    public const string CorrectionsTrainingFileName = "atlas-zsre.train.jsonl";

    /// <summary>Documents of a world's archive after its order has changed, year by year, in Amend's own form.</summary>
    public const string LabelsFileName = "atlas-labels.jsonl";

    /// <summary>Other documents of that time.</summary>
    public const string LabelsHoldoutFileName = "atlas-labels.holdout.jsonl";

    /// <summary>Documents of the time before, which a classifier has not learned from.</summary>
    public const string LabelsUpstreamFileName = "atlas-labels.upstream.jsonl";

    /// <summary>Documents of the time before, from which a classifier learns.</summary>
    public const string LabelsTrainingFileName = "atlas-labels.train.jsonl";

    /// <summary>Most CounterFact records, if nothing else is asked.</summary>
    public const int DefaultLimit = 1200;

    private const int TrainingLimit = 1300;
    private const int BatchSize = 64;
    private const int PredictedTokens = 10;

    /// <summary>
    /// Writes all suites, the reference texts and the fixed text; the same world, model, seed and limit give the same bytes.
    /// </summary>
    /// <param name="world">The facts.</param>
    /// <param name="model">The model that must know a fact for it to be in a suite of prompts; without edits.</param>
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
        Directory.CreateDirectory(folder);
        var counts = WriteClaims(WritePrompts(world, model, folder, seed, limit), world, folder, seed);
        return WriteDocuments(WriteQuestions(counts, world, folder, seed), world, folder, seed);
    }

    private static SuiteCounts WritePrompts(AtlasWorld world, LanguageModel model, string folder, int seed, int limit)
    {
        Recall recall = new GreedyRecall(model).Recalls;
        var known = new KnownPrompts(world, recall);
        var suite = new CounterFactSuite(known, recall, seed);
        var records = suite.Records(limit);
        var subjects = records.Select(record => record.RequestedRewrite.Subject).ToHashSet(StringComparer.Ordinal);
        var training = suite.TrainingRecords(TrainingLimit, subjects);
        var questions = new QuestionSuite(world, subjects, seed).Records().ToList();
        var facts = new KnownFactsSuite(known, prompts => Predict(model, prompts), seed).Facts();
        var snippets = new SnippetSuite(world, seed).Groups().ToList();
        RecordFile.Write(Path.Combine(folder, CounterFactFileName), records);
        RecordFile.Write(Path.Combine(folder, CounterFactTrainingFileName), training);
        RecordFile.WriteLines(Path.Combine(folder, QuestionsFileName), questions);
        RecordFile.Write(Path.Combine(folder, KnownFactsFileName), facts);
        AttributeSnippetsFile.Write(Path.Combine(folder, SnippetsFileName), snippets);
        AtomicFile.WriteAllText(Path.Combine(folder, FixedTextFileName), FixedText.Of(world, seed, subjects));
        return new SuiteCounts(records.Count, facts.Count, snippets.Sum(group => group.Samples.Count))
            { CounterFactTraining = training.Count, Questions = questions.Count };
    }

    private static SuiteCounts WriteClaims(SuiteCounts counts, AtlasWorld world, string folder, int seed)
    {
        var claims = new ClaimSuite(world, seed);
        var (training, development) = (claims.Training(), claims.Development());
        RecordFile.WriteLines(Path.Combine(folder, TrainingClaimsFileName), training);
        RecordFile.WriteLines(Path.Combine(folder, DevelopmentClaimsFileName), development);
        return counts with { TrainingClaims = training.Count, DevelopmentClaims = development.Count };
    }

    private static SuiteCounts WriteQuestions(SuiteCounts counts, AtlasWorld world, string folder, int seed)
    {
        var suite = new CorrectionSuite(world, seed);
        var (edits, holdout, upstream) = (suite.Edits(), suite.Holdout(), suite.Upstream());
        RecordFile.WriteLines(Path.Combine(folder, CorrectionsFileName), edits);
        RecordFile.WriteLines(Path.Combine(folder, HoldoutFileName), holdout);
        RecordFile.WriteLines(Path.Combine(folder, UpstreamFileName), upstream);
        RecordFile.WriteLines(Path.Combine(folder, CorrectionsTrainingFileName), suite.Training());
        return counts with { Corrections = edits.Count, Holdout = holdout.Count, Upstream = upstream.Count };
    }

    private static SuiteCounts WriteDocuments(SuiteCounts counts, AtlasWorld world, string folder, int seed)
    {
        var suite = new LabelSuite(new Archive(world, seed), seed);
        var edits = suite.Edits();
        RecordFile.WriteLines(Path.Combine(folder, LabelsFileName), edits);
        RecordFile.WriteLines(Path.Combine(folder, LabelsHoldoutFileName), suite.Holdout());
        RecordFile.WriteLines(Path.Combine(folder, LabelsUpstreamFileName), suite.Upstream());
        RecordFile.WriteLines(Path.Combine(folder, LabelsTrainingFileName), suite.Training());
        return counts with { Documents = edits.Count };
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
public sealed record SuiteCounts(int CounterFact, int Known, int Snippets)
{
    /// <summary>CounterFact records for training editors.</summary>
    public int CounterFactTraining { get; init; }

    /// <summary>Plain questions for training editors.</summary>
    public int Questions { get; init; }

    /// <summary>Claims for training editors.</summary>
    public int TrainingClaims { get; init; }

    /// <summary>Claims for measuring editors.</summary>
    public int DevelopmentClaims { get; init; }

    /// <summary>Questions to correct, one after another.</summary>
    public int Corrections { get; init; }

    /// <summary>Other wordings of those.</summary>
    public int Holdout { get; init; }

    /// <summary>Questions that a model was told the answers of.</summary>
    public int Upstream { get; init; }

    /// <summary>Documents after the order of the archive has changed.</summary>
    public int Documents { get; init; }
}
