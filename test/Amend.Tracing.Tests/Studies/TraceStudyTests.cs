using Amend.Models;
using Amend.Tensors;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;
using Amend.Tracing.Studies;

namespace Amend.Tracing.Tests.Studies;

[NoTensorLeaks]
public sealed class TraceStudyTests
{
    private static readonly TraceOptions Options = new() { Kinds = [TraceKind.State, TraceKind.Mlp], Samples = 2, Window = 2 };

    [Fact]
    public void A_study_writes_a_file_for_each_fact_and_counts_those_it_skips()
    {
        using var home = new TempFolder();
        using var model = SampleTraces.Model();
        var reports = new Reports();

        var result = Study(model, home).Run(Facts(model), reports, TestContext.Current.CancellationToken);

        Assert.True(result.Finished);
        Assert.Equal(["0", "1", "wrong", "twice"], result.Records.Select(record => record.Id));
        Assert.Equal(2, result.Traces.Count);
        Assert.Equal(2, result.Skipped);
        Assert.StartsWith("'random-gpt2' answers 'w", result.Records[2].Skipped!, StringComparison.Ordinal);
        Assert.Contains("more than once", result.Records[3].Skipped!, StringComparison.Ordinal);
        Assert.Equal(new StudyProgress(4, 4, 2, "twice"), reports.Values[^1]);
        Assert.Equal(["0.json", "1.json", "twice.json", "wrong.json"], Directory.GetFiles(home.File("facts")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(10, 4, "0 2 5 7")]
    [InlineData(3, 8, "0 1 2")]
    public void Some_facts_of_a_file_are_spread_over_all_of_it(int facts, int most, string ids)
    {
        StudyFact[] all = [.. Enumerable.Range(0, facts).Select(id => new StudyFact($"{id}", new TraceFact("Porto is in", "Porto", null)))];

        Assert.Equal(ids, string.Join(' ', StudyFact.Spread(all, most).Select(fact => fact.Id)));
    }

    [Fact]
    public void A_stopped_study_goes_on_where_it_was_and_gives_the_same()
    {
        using var whole = new TempFolder();
        using var parts = new TempFolder();
        using var model = SampleTraces.Model();
        using var stop = new CancellationTokenSource();
        var facts = Facts(model);

        var first = Study(model, parts).Run(facts, new Reports(_ => stop.Cancel()), stop.Token);
        var written = File.GetLastWriteTimeUtc(parts.File("facts/0.json"));
        File.WriteAllText(parts.File("facts/.amend-torn.tmp"), "{");
        var second = Study(model, parts).Run(facts, null, TestContext.Current.CancellationToken);
        Study(model, whole).Run(facts, null, TestContext.Current.CancellationToken);

        Assert.False(first.Finished);
        Assert.Single(first.Records);
        Assert.True(second.Finished);
        Assert.Equal(written, File.GetLastWriteTimeUtc(parts.File("facts/0.json")));
        foreach (var path in Directory.GetFiles(whole.File("facts")))
            Assert.Equal(File.ReadAllText(path), File.ReadAllText(parts.File($"facts/{Path.GetFileName(path)}")));
        Assert.Empty(Directory.GetFiles(parts.File("facts"), "*.tmp"));
    }

    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        using var home = new TempFolder();
        using var model = SampleTraces.Model();
        var trace = new CausalTracer(model, NoiseLevel.Fixed(0.5), Options).Trace(SampleTraces.Known(model, "The Space Needle is in", "Space Needle", 2), TestContext.Current.CancellationToken);
        var record = new TraceRecord(TraceJson.Format, "7", new TraceFact(trace.Prompt, trace.Subject), trace, null);

        TraceJson.Write(home.File("7.json"), record);
        var read = TraceJson.Read<TraceRecord>(home.File("7.json"));

        Assert.Equal(trace.Maps.SelectMany(map => map.Scores.SelectMany(row => row)), read.Trace!.Maps.SelectMany(map => map.Scores.SelectMany(row => row)));
        Assert.Equal((trace.CleanProbability, trace.Answer, trace.Noise, trace.Scoring), (read.Trace.CleanProbability, read.Trace.Answer, read.Trace.Noise, read.Trace.Scoring));
    }

    [Fact]
    public void Another_studys_folder_is_refused()
    {
        using var home = new TempFolder();
        using var model = SampleTraces.Model();
        Study(model, home).Run([], null, TestContext.Current.CancellationToken);

        var error = Assert.Throws<AmendException>(() => new TraceStudy(model, NoiseLevel.Fixed(0.5), Options with { Samples = 3 }, home.Path).Run([], null, TestContext.Current.CancellationToken));

        Assert.Contains("holds a study with other settings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_record_an_odd_id_and_a_folder_that_cannot_be_made_are_told()
    {
        using var home = new TempFolder();
        using var model = SampleTraces.Model();
        var fact = Facts(model)[0];
        var study = Study(model, home);
        study.Run([fact], null, TestContext.Current.CancellationToken);
        File.WriteAllText(home.File("facts/0.json"), """{ "format": "amend.trace.v1" }""");
        File.WriteAllText(home.File("file"), "");

        Assert.Contains("cannot be read as amend.trace.v1", Failure(() => study.Run([fact], null, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.Contains("cannot name a file", Failure(() => study.Run([fact with { Id = "../0" }], null, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.Contains("comes 2 times", Failure(() => study.Run([fact, fact], null, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.Contains("cannot be made", Failure(() => new TraceStudy(model, NoiseLevel.Fixed(0.5), Options, home.File("file/below")).Run([fact], null, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    private static string Failure(Action act) => Assert.Throws<AmendException>(act).Message;

    private static TraceStudy Study(LanguageModel model, TempFolder home) => new(model, NoiseLevel.Fixed(0.5), Options, home.Path);

    private static StudyFact[] Facts(LanguageModel model) =>
    [
        new("0", SampleTraces.Known(model, "The Space Needle is in", "Space Needle")),
        new("1", SampleTraces.Known(model, "Where is the Needle", "Needle")),
        new("wrong", SampleTraces.Known(model, "The Space Needle is in", "Space Needle") with { Answer = "w59 w58" }),
        new("twice", new TraceFact("Needle by Needle", "Needle", "w3")),
    ];

    private sealed class Reports(Action<StudyProgress>? then = null) : IProgress<StudyProgress>
    {
        public List<StudyProgress> Values { get; } = [];

        public void Report(StudyProgress value)
        {
            Values.Add(value);
            then?.Invoke(value);
        }
    }
}
