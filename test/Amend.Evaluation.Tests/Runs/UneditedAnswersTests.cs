using Amend.Evaluation.Metrics;
using Amend.Evaluation.Runs;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Runs;

[NoTensorLeaks]
public sealed class UneditedAnswersTests
{
    private static readonly AskingOptions Options = new()
    {
        FixedText = "A text of no edit.", Writing = new() { TextTokens = 40, AnswerTokens = 5 }, Probe = [new("Malta lies in", "the sea")],
    };

    [Fact]
    public void What_a_model_says_in_chat_is_remembered_apart_from_what_it_says_plainly()
    {
        using var folder = new TempFolder();
        using var model = TinyModel.Make();
        var talking = new Talking();
        IReadOnlyList<GeneratedAnswer> first, again;
        using (var answers = UneditedAnswers.Open(folder.Path, model, talking, Options))
            first = answers.InChat(["Elba?", "Java?", "Elba?"]);
        using (var answers = UneditedAnswers.Open(folder.Path, model, talking, Options))
            again = answers.InChat(["Java?", "Elba?"]);

        Assert.Equal(["in chat: Elba?", "in chat: Java?", "in chat: Elba?"], first.Select(answer => answer.Text));
        Assert.Equal(["in chat: Java?", "in chat: Elba?"], again.Select(answer => answer.Text));
        Assert.Equal(["Elba?", "Java?"], talking.Asked);
        using var plain = UneditedAnswers.Open(folder.Path, model, new LiveAnswers(model, Options), Options);
        Assert.DoesNotContain("in chat", plain.Greedy(["Elba?"]).Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_asked_twice_and_what_is_remembered_is_what_was_said()
    {
        using var folder = new TempFolder();
        using var model = TinyModel.Make();
        var live = new Counted(new LiveAnswers(model, Options));
        MetricCase[] cases = [MetricCase.Of(Samples.Case(1, "Réunion")), MetricCase.Of(Samples.Case(2, "Elba"))];
        var needs = CaseAsker.NeedsOf(BuiltInMetrics.All);
        IReadOnlyList<CaseAnswers> first, again;
        using (var answers = UneditedAnswers.Open(folder.Path, model, live, Options))
            first = new CaseAsker(answers).Ask(cases, needs);
        var asked = live.Asked.ToList();

        using (var answers = UneditedAnswers.Open(folder.Path, model, live, Options))
            again = new CaseAsker(answers).Ask(cases, needs);

        Assert.Equal(asked, live.Asked);
        Assert.Equal(asked.Distinct(), asked);
        Assert.Equivalent(first, again, strict: true);
    }

    [Fact]
    public void Another_way_of_asking_has_a_file_of_its_own()
    {
        using var folder = new TempFolder();
        using var model = TinyModel.Make();
        foreach (var length in (int[])[5, 6])
        {
            var options = Options with { Writing = Options.Writing with { AnswerTokens = length } };
            using var answers = UneditedAnswers.Open(folder.Path, model, new LiveAnswers(model, options), options);
            _ = answers.Greedy(["Elba lies in"]);
        }

        Assert.Equal(2, Directory.GetFiles(folder.Path, "*.db").Length);
    }

    private sealed class Talking : IModelAnswers
    {
        public List<string> Asked { get; } = [];

        public IReadOnlyList<TargetAnswer> Targets(IReadOnlyList<(string Prompt, string Target)> pairs) => [];

        public IReadOnlyList<GeneratedAnswer> Greedy(IReadOnlyList<string> prompts) => [];

        public IReadOnlyList<GeneratedAnswer> InChat(IReadOnlyList<string> prompts)
        {
            Asked.AddRange(prompts);
            return [.. prompts.Select(prompt => new GeneratedAnswer($"in chat: {prompt}", prompt, [1]))];
        }

        public IReadOnlyList<string> Texts(IReadOnlyList<string> openings) => [];

        public double? FixedTextPerplexity() => null;

        public double? ProbeShare() => null;
    }

    private sealed class Counted(IModelAnswers inner) : IModelAnswers
    {
        public List<string> Asked { get; } = [];

        public IReadOnlyList<TargetAnswer> Targets(IReadOnlyList<(string Prompt, string Target)> pairs) =>
            Count(pairs.Select(pair => $"{pair}"), inner.Targets(pairs));

        public IReadOnlyList<GeneratedAnswer> Greedy(IReadOnlyList<string> prompts) =>
            Count(prompts.Select(prompt => $"greedy {prompt}"), inner.Greedy(prompts));

        /// <summary>A model without a template has no answer to remember.</summary>
        public IReadOnlyList<GeneratedAnswer> InChat(IReadOnlyList<string> prompts) => inner.InChat(prompts);

        public IReadOnlyList<string> Texts(IReadOnlyList<string> openings) => Count(openings, inner.Texts(openings));

        public double? FixedTextPerplexity() => Count(["fixed text"], inner.FixedTextPerplexity());

        public double? ProbeShare() => Count(["probe"], inner.ProbeShare());

        private T Count<T>(IEnumerable<string> asked, T answer)
        {
            Asked.AddRange(asked);
            return answer;
        }
    }
}
