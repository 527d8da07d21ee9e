using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class MetricCaseTests
{
    private static readonly CaseRequest Request = new("{} is in") { Subject = "The Louvre", TargetNew = "Rome", TargetTrue = "Paris" };

    [Fact]
    public void The_edit_and_its_paraphrases_want_the_new_object_and_neighbors_their_own_answer()
    {
        var read = new EditCase
        {
            Id = "7",
            Requests = [Request],
            Paraphrases = ["Where is The Louvre? In"],
            Neighborhood = [new CasePrompt("Big Ben is in") { Answers = [new CaseAnswer("London")] }, new CasePrompt("Sacre-Coeur is in")],
            GenerationPrompts = ["The Louvre is"],
        };

        var measured = MetricCase.Of(read);

        Assert.Equal(
            [
                new MetricPrompt(PromptKind.Rewrite, "The Louvre is in", "Rome", "Paris"),
                new MetricPrompt(PromptKind.Paraphrase, "Where is The Louvre? In", "Rome", "Paris"),
                new MetricPrompt(PromptKind.Neighborhood, "Big Ben is in", "London", "Rome"),
                new MetricPrompt(PromptKind.Neighborhood, "Sacre-Coeur is in", "Paris", "Rome"),
            ],
            measured.Prompts);
        Assert.Equal(("7", "The Louvre is"), (measured.Id, Assert.Single(measured.GenerationPrompts)));
    }

    [Fact]
    public void A_fact_without_a_new_object_is_asked_for_its_true_one()
    {
        var known = MetricCase.Of(new EditCase { Id = "3", Requests = [Request with { TargetNew = null }] });

        Assert.Equal([new MetricPrompt(PromptKind.Rewrite, "The Louvre is in", "Paris")], known.Prompts);
    }

    [Fact]
    public void A_neighbor_without_any_known_answer_is_left_out()
    {
        var read = new EditCase { Id = "8", Requests = [Request with { TargetTrue = null }], Neighborhood = [new CasePrompt("Sacre-Coeur is in")] };

        Assert.DoesNotContain(MetricCase.Of(read).Prompts, prompt => prompt.Kind == PromptKind.Neighborhood);
    }

    [Fact]
    public void Where_the_new_object_is_the_true_one_there_is_nothing_to_compare()
    {
        var read = new EditCase
        {
            Id = "9",
            Requests = [Request with { TargetNew = "Paris " }],
            Paraphrases = ["Where is The Louvre? In"],
            Neighborhood = [new CasePrompt("Sacre-Coeur is in"), new CasePrompt("Big Ben is in") { Answers = [new CaseAnswer("London")] }],
        };

        Assert.Equal([null, null, null, "Paris "], MetricCase.Of(read).Prompts.Select(prompt => prompt.Rival));
    }

    [Fact]
    public void A_prompt_of_portability_is_repeated_for_each_accepted_answer_and_left_out_without_one()
    {
        var read = new EditCase
        {
            Id = "11",
            Requests = [Request],
            Portability =
            [
                new CasePrompt("The Louvre's country is") { Answers = [new CaseAnswer("Italy") { Aliases = ["Italia"] }, new CaseAnswer("Italy")] },
                new CasePrompt("The Louvre's mayor is"),
            ],
        };

        Assert.Equal(
            [
                new MetricPrompt(PromptKind.Portability, "The Louvre's country is", "Italy"),
                new MetricPrompt(PromptKind.Portability, "The Louvre's country is", "Italia") { IsRepeated = true },
            ],
            MetricCase.Of(read).Prompts.Where(prompt => prompt.Kind == PromptKind.Portability));
    }

    [Fact]
    public void A_case_of_several_requests_or_without_an_object_is_refused_by_its_id()
    {
        var several = new EditCase { Id = "9", Requests = [Request, Request] };
        var nothing = new EditCase { Id = "10", Requests = [Request with { TargetNew = null, TargetTrue = null }] };

        Assert.StartsWith(
            "Case 9 makes 2 edits at once", Assert.Throws<AmendException>(() => MetricCase.Of(several)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Case 10 asks \"The Louvre is in\" and names neither",
            Assert.Throws<AmendException>(() => MetricCase.Of(nothing)).Message, StringComparison.Ordinal);
    }
}
