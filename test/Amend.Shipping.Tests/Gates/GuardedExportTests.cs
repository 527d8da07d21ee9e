using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;
using Amend.Tensors;

namespace Amend.Shipping.Tests.Gates;

/// <summary>Checks and guarded exports of a small trained model, which tells stories, with an edit by fine-tuning.</summary>
[NoTensorLeaks]
public sealed class GuardedExportTests : IDisposable
{
    private const string FixedText = "Once upon a time, there was a little girl named Lily. She loved to play outside in the park.";
    private static readonly string Model = GoldenCases.At("checkpoints/stories260K")[0].Folder;

    private static readonly EditRequest Fact = new("Once upon a time, there was a little", null, "dog")
    {
        Paraphrases = ["One day, there was a little"],
        Neighbors = ["Lily and her mom went to the", "The sun was very"],
    };

    private readonly TempFolder _folder = new();
    private readonly EditStore _store;

    public GuardedExportTests()
    {
        using var session = EditSession.Open(Model, new SessionOptions { Home = Home });
        session.Edit(Order(Fact));
        _store = session.Store;
    }

    private AmendHome Home => new(_folder.File("home"));

    private string Target => _folder.File("out.gguf"); // A folder may be called so, too.

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_check_says_what_the_model_says_without_the_edits_and_with_them()
    {
        var options = new CheckOptions { FixedText = FixedText, Probe = [new("Once upon a", "time"), new("Once upon a", "cat"), new("Once upon a time, there was a little", "girl")] };

        var report = Shipment.Check(Model, _store, options: options, stop: TestContext.Current.CancellationToken);

        Assert.Equal(_store.Applied, report.Edits);
        Assert.Empty(report.NotAsked);
        Assert.Equal(
            [AskedKind.Prompt, AskedKind.Paraphrase, AskedKind.Neighbor, AskedKind.Neighbor],
            report.Questions.Select(question => question.Kind));
        var prompt = report.Questions[0];
        Assert.True(prompt.Holds[CheckForm.Plain]);
        Assert.StartsWith("girl", prompt.AnswerBefore, StringComparison.Ordinal);
        Assert.StartsWith("dog", prompt.AnswerAfter, StringComparison.Ordinal);
        Assert.True(prompt.Holds[CheckForm.Free]);
        Assert.DoesNotContain(CheckForm.Chat, prompt.Holds.Keys);
        Assert.Equal(1, report.Figures["plain.prompts"].Value);
        Assert.DoesNotContain("chat.prompts", report.Figures.Keys);
        // Of the probe the fact that the edit is about is not asked, and the cat not counted.
        Assert.Equal((2, 1), (report.Probe!.Asked, report.Probe.Known));
        using var edited = LanguageModel.Load(Model);
        var before = Amend.Models.Scoring.TextScorer.Perplexity(edited, edited.Tokenize(FixedText).Ids);
        _store.ApplyTo(edited, _store.Applied);
        var after = Amend.Models.Scoring.TextScorer.Perplexity(edited, edited.Tokenize(FixedText).Ids);
        Assert.Equal((before, after), (report.Perplexity!.Before, report.Perplexity.After));
    }

    [Fact]
    public void For_an_edit_whose_place_a_later_one_takes_nothing_is_asked()
    {
        using (var session = EditSession.Open(Model, new SessionOptions { Home = Home }))
            session.Edit(Order(Fact with { TargetNew = "cat" }));

        var report = Shipment.Check(Model, _store, stop: TestContext.Current.CancellationToken);

        Assert.Equal([_store.Applied[0]], report.NotAsked);
        Assert.All(report.Questions, question => Assert.Equal((_store.Applied[1], "cat"), (question.Edit, question.Target)));
    }

    [Theory]
    [InlineData("hf")]
    [InlineData("lora")]
    [InlineData("gguf")]
    [InlineData("gguf-lora")]
    public void What_is_verified_is_at_its_place(string form)
    {
        var outcome = Export(BuiltInExporters.All.Find(form), new ExportGuard { Verifies = true, Gate = Gate("plain.prompts: 1") });

        Assert.Equal(Target, outcome.Path);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path).Where(path => path != Home.Folder));
        Assert.True(outcome.Verified!.Questions[0].Holds[CheckForm.Plain]);
        Assert.Equal(outcome.Check!.Questions[0].AnswerAfter, outcome.Verified.Questions[0].AnswerAfter);
        Assert.Equal(outcome.Check.Questions[0].ProbabilityAfter, outcome.Verified.Questions[0].ProbabilityAfter, 1e-4);
    }

    [Fact]
    public void A_gate_that_refuses_the_model_lets_nothing_be_written()
    {
        var writer = new Writer(_ => throw new InvalidOperationException("Written."));

        var failure = Assert.Throws<GateException>(() => Export(writer, new ExportGuard { Gate = Gate("plain: { prompts: 1, paraphrases: 1 }\nperplexity: 1") }));

        Assert.Contains("'stories260K' with 1 edits, so nothing is written: ", failure.Message, StringComparison.Ordinal);
        AssertNothingWritten();
    }

    [Fact]
    public void What_lost_an_edit_in_writing_is_removed()
    {
        // A writer that rounds the whole edit away.
        var writer = new Writer(to =>
        {
            Directory.CreateDirectory(to);
            foreach (var file in Directory.GetFiles(Model))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        });

        var failure = Assert.Throws<LostEditException>(() => Export(writer, new ExportGuard { Verifies = true }));

        Assert.Equal(_store.Applied, failure.Edits);
        Assert.Contains("loses 1 of 1 edits", failure.Message, StringComparison.Ordinal);
        Assert.Contains("and not 'dog'", failure.Message, StringComparison.Ordinal);
        AssertNothingWritten();
    }

    [Fact]
    public void What_a_killed_process_left_beside_the_place_is_removed()
    {
        Directory.CreateDirectory(_folder.File(".unverified-out.gguf"));
        File.WriteAllText(Path.Combine(_folder.File(".unverified-out.gguf"), "half"), "");

        Export(BuiltInExporters.All.Find("hf"), new ExportGuard { Verifies = true });

        Assert.False(File.Exists(Path.Combine(Target, "half")));
        Assert.False(Path.Exists(_folder.File(".unverified-out.gguf")));
    }

    [Fact]
    public void A_place_that_is_taken_is_refused_before_any_asking()
    {
        File.WriteAllText(Target, "mine");
        var guard = new ExportGuard { Verifies = true, Check = new CheckOptions { FixedText = "" } }; // Which asking would refuse.

        var failure = Assert.Throws<AmendException>(() => Export(BuiltInExporters.All.Find("gguf"), guard));

        Assert.Contains("is there already", failure.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Target));
    }

    private static EditOrder Order(EditRequest request) =>
        new(BuiltInEditors.All.Find("ft"), [request]) { Context = new EditContext { Layer = 4 } };

    private void AssertNothingWritten() =>
        Assert.Equal([Home.Folder], Directory.GetFileSystemEntries(_folder.Path));

    private static Gate Gate(string yaml) => Shipping.Gates.Gate.Parse("gates.yaml", yaml);

    private ExportOutcome Export(IExporter form, ExportGuard guard) => Shipment.Export(Model, _store, new ExportOrder(form, Target)
    {
        Guard = guard,
        Options = new ExportOptions
        {
            Rank = form.Name.EndsWith("lora", StringComparison.Ordinal) ? 64 : null,
            DType = form.Name == "gguf" ? WrittenType.Float32 : null,
        },
    });

    private sealed class Writer(Action<string> write) : IExporter
    {
        public string Name => "test";

        public string Description => "";

        public void CheckPlace(string place)
        {
        }

        public ExportOutcome Write(ExportJob job)
        {
            write(job.To);
            return new ExportOutcome(Name, job.To, job.Edits.Ids, []);
        }
    }
}
