using Amend.Atlas.Documents;
using Amend.Atlas.Facts;
using Amend.Atlas.Suites;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;

namespace Amend.Atlas.Tests.Suites;

/// <summary>The suites of the repository: what needs no model is made anew, and no training part edits what another part measures.</summary>
public sealed class CommittedSuitesTests : IDisposable
{
    private static string Filled(EditCase one) =>
        one.Requests[0].Prompt.Replace("{}", one.Requests[0].Subject, StringComparison.Ordinal);

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "suites");
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_claims_are_those_of_the_embedded_world()
    {
        var suite = new ClaimSuite(World, seed: 1);

        AssertCommitted(SuiteWriter.TrainingClaimsFileName, suite.Training());
        AssertCommitted(SuiteWriter.DevelopmentClaimsFileName, suite.Development());
    }

    [Fact]
    public void The_questions_are_those_of_the_embedded_world_about_no_subject_of_atlas_counterfact() => AssertCommitted(
        SuiteWriter.QuestionsFileName, new QuestionSuite(World, Subjects("atlas-counterfact"), seed: 1).Records());

    [Fact]
    public void The_corrections_are_those_of_the_embedded_world()
    {
        var suite = new CorrectionSuite(World, seed: 1);

        AssertCommitted(SuiteWriter.CorrectionsFileName, suite.Edits());
        AssertCommitted(SuiteWriter.HoldoutFileName, suite.Holdout());
        AssertCommitted(SuiteWriter.UpstreamFileName, suite.Upstream());
        AssertCommitted(SuiteWriter.CorrectionsTrainingFileName, suite.Training());
    }

    [Fact]
    public void What_trains_an_editor_of_corrections_is_about_no_subject_that_is_corrected_or_measured()
    {
        HashSet<string> measured = [.. Subjects("atlas-zsre"), .. Subjects("atlas-nq")];

        var training = Read("atlas-zsre.train").ToList();

        Assert.True(training.Count >= 1000);
        Assert.All(training, one =>
        {
            Assert.DoesNotContain(one.Requests[0].Subject!, measured);
            Assert.NotEqual(one.Requests[0].TargetTrue, one.Requests[0].TargetNew);
            Assert.Equal((4, 1), (one.Paraphrases.Count, one.Neighborhood.Count));
        });
    }

    [Fact]
    public void The_documents_are_those_of_the_embedded_world()
    {
        var suite = new LabelSuite(new Archive(World, seed: 1), seed: 1);

        AssertCommitted(SuiteWriter.LabelsFileName, suite.Edits());
        AssertCommitted(SuiteWriter.LabelsHoldoutFileName, suite.Holdout());
        AssertCommitted(SuiteWriter.LabelsUpstreamFileName, suite.Upstream());
        AssertCommitted(SuiteWriter.LabelsTrainingFileName, suite.Training());
    }

    [Fact]
    public void A_correction_has_at_least_ten_rephrasings_that_are_no_correction_and_nothing_known_is_about_its_subject()
    {
        var corrections = Read("atlas-zsre").ToList();
        var corrected = corrections.Select(one => Filled(one)).ToHashSet(StringComparer.Ordinal);
        var subjects = corrections.Select(one => one.Requests[0].Subject!).ToHashSet(StringComparer.Ordinal);

        Assert.True(corrections.Count >= 1000);
        Assert.All(corrections, one =>
        {
            Assert.True(one.Paraphrases.Distinct(StringComparer.Ordinal).Count() >= 10);
            Assert.Empty(one.Paraphrases.Intersect(corrected));
        });
        Assert.All(Read("atlas-nq"), one => Assert.DoesNotContain(one.Requests[0].Subject!, subjects));
        var rephrased = corrections.SelectMany(one => one.Paraphrases).ToHashSet(StringComparer.Ordinal);
        Assert.All(Read("atlas-zsre.holdout"), one => Assert.Contains(Filled(one), rephrased));
    }

    [Theory]
    [InlineData("atlas-counterfact.train", "atlas-counterfact")]
    [InlineData("atlas-qa.train", "atlas-counterfact")]
    public void A_training_part_edits_none_of_the_subjects_that_are_measured_and_asks_about_none(string training, string measured)
    {
        var subjects = Subjects(measured);
        HashSet<string> prompts =
        [
            .. from fact in World.Facts
               where subjects.Contains(fact.Subject)
               from phrasing in Enumerable.Range(0, fact.Relation.Phrasings.Count)
               select KnownPrompts.Prompt(fact, phrasing),
        ];

        Assert.All(Read(training), one =>
        {
            Assert.DoesNotContain(one.Requests[0].Subject!, subjects);
            Assert.DoesNotContain(one.Neighborhood, prompt => prompts.Contains(prompt.Text));
            Assert.DoesNotContain(one.AttributePrompts, prompts.Contains);
        });
    }

    [Fact]
    public void No_fact_of_a_claim_that_is_measured_has_a_claim_for_training()
    {
        static HashSet<string> Facts(string name) => [.. Read(name).Select(one => one.Id[..one.Id.LastIndexOf('/')])];

        Assert.Empty(Facts("atlas-fever").Intersect(Facts("atlas-fever.train")));
        Assert.True(Facts("atlas-fever").Count >= 600);
    }

    [Fact]
    public void The_claims_read_as_texts_with_labels_paraphrases_and_unrelated_claims()
    {
        Assert.All(Read("atlas-fever"), one =>
        {
            Assert.Equal(["REFUTES", "SUPPORTS"], one.Classification!.Labels);
            Assert.True(one.Paraphrases.Count >= 4);
            Assert.Equal(4, one.Neighborhood.Count);
        });
    }

    [Fact]
    public void The_training_records_of_atlas_counterfact_have_its_form()
    {
        var records = Read("atlas-counterfact.train").ToList();

        Assert.True(records.Count >= 900);
        Assert.All(records, one =>
        {
            Assert.Equal((2, 10), (one.Paraphrases.Count, one.Neighborhood.Count));
            Assert.NotEqual(one.Requests[0].TargetTrue, one.Requests[0].TargetNew);
        });
    }

    private static IEnumerable<EditCase> Read(string name) => new DatasetLocator(Folder).Find(name).Read(new DatasetOptions());

    private static HashSet<string> Subjects(string name) => [.. Read(name).Select(one => one.Requests[0].Subject!)];

    private void AssertCommitted<T>(string name, IEnumerable<T> records)
    {
        RecordFile.WriteLines(_folder.File(name), records);

        Assert.Equal(File.ReadAllText(_folder.File(name)), File.ReadAllText(Path.Combine(Folder, name)));
    }
}
