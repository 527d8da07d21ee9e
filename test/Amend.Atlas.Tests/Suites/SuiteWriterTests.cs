using Amend.Evaluation.Cases;
using System.Text.Json;
using Amend.Atlas.Facts;
using Amend.Atlas.Suites;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Atlas.Tests.Suites;

[NoTensorLeaks]
public sealed class SuiteWriterTests : IDisposable
{
    private readonly TempWorld _folder = TempWorld.Whole();
    private readonly TempFolder _out = new();
    private readonly AtlasWorld _world;

    public SuiteWriterTests() => _world = _folder.Load();

    private string CounterFactPath => _out.File(SuiteWriter.CounterFactFileName);

    private string KnownPath => _out.File(SuiteWriter.KnownFactsFileName);

    private string SnippetsPath => _out.File(SuiteWriter.SnippetsFileName);

    public void Dispose()
    {
        _folder.Dispose();
        _out.Dispose();
    }

    [Fact]
    public void The_files_hold_what_the_counts_say()
    {
        using var model = OracleStack.Model(_world, (_, _) => true);

        var counts = SuiteWriter.Write(_world, model, _out.Path, seed: 1);

        Assert.Equal(14, counts.Known);
        Assert.Equal(counts.Known, Read<KnownFact>(KnownPath).Count);
        Assert.Equal(counts.CounterFact, Read<CounterFactRecord>(CounterFactPath).Count);
        Assert.True(counts.CounterFact > 0);
        Assert.Equal(counts.CounterFactTraining, Read<CounterFactRecord>(_out.File(SuiteWriter.CounterFactTrainingFileName)).Count);
        Assert.Equal(counts.Questions, File.ReadLines(_out.File(SuiteWriter.QuestionsFileName)).Count());
        Assert.Equal(counts.TrainingClaims, File.ReadLines(_out.File(SuiteWriter.TrainingClaimsFileName)).Count());
        Assert.Equal(counts.DevelopmentClaims, File.ReadLines(_out.File(SuiteWriter.DevelopmentClaimsFileName)).Count());
        Assert.Equal(counts.Corrections, File.ReadLines(_out.File(SuiteWriter.CorrectionsFileName)).Count());
        Assert.Equal(counts.Holdout, File.ReadLines(_out.File(SuiteWriter.HoldoutFileName)).Count());
        Assert.Equal(counts.Upstream, File.ReadLines(_out.File(SuiteWriter.UpstreamFileName)).Count());
        Assert.Equal(counts.Documents, File.ReadLines(_out.File(SuiteWriter.LabelsFileName)).Count());
        Assert.True(counts.Documents > 0);
        Assert.Equal(14, counts.TrainingClaims / 2 + counts.DevelopmentClaims);
        Assert.Equal(counts.Snippets, AttributeSnippetsFile.Read(SnippetsPath).Sum(group => group.Samples.Count));
    }

    [Fact]
    public void A_known_fact_has_the_public_form_and_the_text_that_the_model_goes_on_with()
    {
        using var model = OracleStack.Model(_world, (_, _) => true);

        SuiteWriter.Write(_world, model, _out.Path, seed: 1);

        var facts = Read<KnownFact>(KnownPath);
        Assert.Equal(Enumerable.Range(0, 14), facts.Select(f => f.KnownId));
        Assert.All(facts.Zip(_world.Facts), pair =>
        {
            var (known, fact) = pair;
            Assert.Equal((fact.Subject, fact.Object, fact.Relation.Id), (known.Subject, known.Attribute, known.RelationId));
            Assert.Contains(known.Template, fact.Relation.Statements);
            Assert.Equal(known.Template.Replace("{}", known.Subject), known.Prompt);
            Assert.StartsWith(known.Prediction, $" {fact.Object}.");
        });
    }

    [Fact]
    public void Only_prompts_that_the_model_answers_rightly_are_used()
    {
        using var model = OracleStack.Model(
            _world, (fact, phrasing) => fact.Subject != "Zeus" && !(fact.Subject == "Guam" && phrasing < 6));

        SuiteWriter.Write(_world, model, _out.Path, seed: 1);

        var known = Read<KnownFact>(KnownPath);
        Assert.DoesNotContain(known, f => f.Subject == "Zeus");
        Assert.Contains("?", known.Single(f => f.Subject == "Guam").Template);
        Assert.All(Read<CounterFactRecord>(CounterFactPath), record =>
        {
            Assert.NotEqual("Zeus", record.RequestedRewrite.Subject);
            Assert.NotEqual("Guam", record.RequestedRewrite.Subject);
            Assert.DoesNotContain(record.NeighborhoodPrompts, p => Mention.Of("Zeus", p));
        });
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        using var model = OracleStack.Model(_world, (fact, phrasing) => StableRandom.For(phrasing, fact.Key).Next(8) > 0);

        SuiteWriter.Write(_world, model, _out.Path, seed: 1);
        SuiteWriter.Write(_world, model, _out.File("again"), seed: 1);

        var files = Directory.GetFiles(_out.Path);
        Assert.Equal(16, files.Length);
        Assert.All(files, path => Assert.Equal(
            File.ReadAllText(path), File.ReadAllText(Path.Combine(_out.File("again"), Path.GetFileName(path)))));
    }

    [Fact]
    public void Every_record_has_reference_texts_about_subjects_that_have_the_new_object()
    {
        using var model = OracleStack.Model(_world, (_, _) => true);

        SuiteWriter.Write(_world, model, _out.Path, seed: 1);

        var snippets = AttributeSnippets.Load(SnippetsPath);
        Assert.All(BuiltInDatasets.Find("counterfact").Read(CounterFactPath, new()), one =>
        {
            var request = Assert.Single(one.Requests);
            Assert.All(snippets.Of(request)!.Texts, text => Assert.Contains(request.TargetNew!, text, StringComparison.OrdinalIgnoreCase));
        });
    }

    [Fact]
    public void A_model_that_knows_nothing_gives_empty_suites()
    {
        using var model = OracleStack.Model(_world, (_, _) => false);

        var counts = SuiteWriter.Write(_world, model, _out.Path, seed: 1);

        Assert.Equal((0, 0), (counts.CounterFact, counts.Known));
        Assert.Empty(Read<CounterFactRecord>(CounterFactPath));
    }

    [Fact]
    public void A_model_with_edits_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = OracleStack.Model(_world, (_, _) => true);
        using var delta = new LowRankDelta(ones(1, 1), ones(1, 1));
        model.Applied.Apply("edit", [new WeightEffect("weight", delta)]);

        Assert.Throws<AmendException>(() => SuiteWriter.Write(_world, model, _out.Path, seed: 1));
    }

    [Fact]
    public void A_limit_below_one_is_refused()
    {
        using var model = OracleStack.Model(_world, (_, _) => true);

        Assert.Throws<AmendException>(() => SuiteWriter.Write(_world, model, _out.Path, seed: 1, limit: 0));
    }

    private static List<T> Read<T>(string path) =>
        JsonSerializer.Deserialize<List<T>>(
            File.ReadAllText(path), new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower })!;
}
