using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Parity.Tests.Algorithms;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>
/// CounterFact records edited one at a time with ROME on SmolLM2 score as with kmeng01/rome. Minutes long, so on demand only:
/// <c>-explicit only -class Amend.Parity.Tests.Pretrained.PretrainedTableParityTests</c>.
/// </summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class PretrainedTableParityTests(PretrainedModel pretrained, ITestOutputHelper output) : IClassFixture<PretrainedModel>
{
    private const string Table = "reference-table.json";

    /// <summary>Points of ES, PS, NS and S, in percent.</summary>
    private const double ScoreTolerance = 1;

    private const double EqualComparisons = 0.95;

    public static TheoryData<string> Cases => PretrainedModel.Rows(golden => golden.Has(Table));

    [Theory(Explicit = true)]
    [MemberData(nameof(Cases))]
    public void Scores_and_single_comparisons_are_those_of_the_reference(string id)
    {
        var golden = PretrainedModel.Find(id);
        var table = golden.Json(Table);
        var records = BuiltInDatasets.Find("counterfact")
            .Read(PretrainedModel.Data(golden, "counterfact/counterfact_500_full.jsonl"), new DatasetOptions()).ToDictionary(one => one.Id);
        var compared = new List<Compared>();
        foreach (var row in table.GetProperty("rows").EnumerateArray())
            compared.Add(Compare(golden, table, row, records[row.GetProperty("case_id").GetRawText()]));

        var (before, after) = (Scores.Of([.. compared.Select(one => one.Before)]), Scores.Of([.. compared.Select(one => one.After)]));
        var equal = compared.Sum(one => one.Equal) / (double)compared.Sum(one => one.Of);
        output.WriteLine($"{compared.Count} records: before {before}, after {after}; {equal:P2} of the single comparisons are equal.");
        before.AssertNear(table.GetProperty("pre"));
        after.AssertNear(table.GetProperty("post"));
        Assert.True(equal >= EqualComparisons, $"{equal:P2} of the single comparisons are those of the reference.");
    }

    private Compared Compare(GoldenCase golden, JsonElement table, JsonElement row, EditCase record)
    {
        var model = pretrained.Model;
        var options = RomeAsked.OptionsOf(table.GetProperty("hparams"));
        using var moments = PretrainedRomeParityTests.Moments(golden, options.Layer);
        var request = record.Requests[0];
        var before = Ask(model, record);
        using var edit = new RomeEditor(options).Apply(
            model,
            [new EditRequest(request.Prompt, request.Subject!, request.TargetNew!)],
            new EditContext { Templates = RomeAsked.TemplatesOf(table), Statistics = moments, EvenIfAnswered = true });
        var after = Ask(model, record);
        edit.Revert();
        var (wantedBefore, wantedAfter) = (Wanted(row.GetProperty("pre")), Wanted(row.GetProperty("post")));
        bool[] found = [.. before.SelectMany(kind => kind), .. after.SelectMany(kind => kind)];
        bool[] wanted = [.. wantedBefore.SelectMany(kind => kind), .. wantedAfter.SelectMany(kind => kind)];
        Assert.Equal(wanted.Length, found.Length);
        return new Compared(before, after, found.Zip(wanted).Count(pair => pair.First == pair.Second), found.Length);
    }

    /// <summary>Of each prompt whether what is wanted there is likelier than its rival: the new object, of neighbors the true one.</summary>
    private static bool[][] Ask(LanguageModel model, EditCase record)
    {
        var needs = CaseAsker.NeedsOf(BuiltInMetrics.All.Where(metric => metric.Info.Id.StartsWith("cf.", StringComparison.Ordinal)));
        var answers = new CaseAsker(model).Ask(MetricCase.Of(record), needs);
        return [.. new[] { PromptKind.Rewrite, PromptKind.Paraphrase, PromptKind.Neighborhood }.Select(kind =>
            answers.Of(kind).Select(answer => answer.Wanted.Score.MeanNll < answer.Rival!.Score.MeanNll).ToArray())];
    }

    private static bool[][] Wanted(JsonElement losses) =>
    [
        .. new[] { ("rewrite", true), ("paraphrase", true), ("neighborhood", false) }.Select(kind => losses.GetProperty(kind.Item1)
            .EnumerateArray().Select(pair => pair.GetProperty("target_new").GetDouble() < pair.GetProperty("target_true").GetDouble() == kind.Item2)
            .ToArray()),
    ];

    /// <summary>A record's comparisons before and after its edit, and how many of both are the reference's.</summary>
    private sealed record Compared(bool[][] Before, bool[][] After, int Equal, int Of);

    /// <summary>Efficacy, paraphrase and neighborhood success and their harmonic mean, in percent.</summary>
    private sealed record Scores(double Es, double Ps, double Ns)
    {
        private double S => 3 / ((1 / Es) + (1 / Ps) + (1 / Ns));

        public static Scores Of(bool[][][] records)
        {
            double Mean(int kind) => 100 * records.Average(record => record[kind].Average(holds => holds ? 1.0 : 0));
            return new Scores(Mean(0), Mean(1), Mean(2));
        }

        public void AssertNear(JsonElement expected)
        {
            foreach (var (name, found) in new[] { ("ES", Es), ("PS", Ps), ("NS", Ns), ("S", S) })
                Assert.Equal(expected.GetProperty(name).GetDouble(), found, ScoreTolerance);
        }

        public override string ToString() => FormattableString.Invariant($"ES {Es:f1} PS {Ps:f1} NS {Ns:f1} S {S:f1}");
    }
}
