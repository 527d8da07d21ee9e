using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Cases;

public sealed class EditCaseTests
{
    private static readonly EditCase Case = new()
    {
        Id = "7",
        Requests = [CaseRequest.About("Lur", "Lur lies in") with { TargetNew = "Norland" }],
        Paraphrases = ["The country of Lur is"],
        Neighborhood = [new CasePrompt("Hest lies in")],
    };

    [Fact]
    public void The_only_request_goes_to_the_editor_with_its_checks()
    {
        var request = Assert.Single(Case.ToEditRequests());

        Assert.Equal(
            ("{} lies in", "Lur", "Norland", "Lur lies in"), (request.Prompt, request.Subject, request.TargetNew, request.FilledPrompt));
        Assert.Equal(["The country of Lur is"], request.Paraphrases);
        Assert.Equal(["Hest lies in"], request.Neighbors);
    }

    [Fact]
    public void A_subject_takes_the_spelling_and_the_place_of_the_prompt()
    {
        Assert.Equal(("Who made the {}?", "IPhone"), Parts(CaseRequest.About("Iphone", "Who made the IPhone?")));
        Assert.Equal(("{}, the city of Lur, is", "Lur"), Parts(CaseRequest.About("Lur", "{}, the city of Lur, is")));
        Assert.Equal(("The party of {} is in", "art"), Parts(CaseRequest.About("art", "The party of art is in")));
        Assert.Throws<AmendException>(() => CaseRequest.About("Lur", "Lur, the city of Lur, is"));
    }

    [Fact]
    public void A_case_without_request_or_new_target_cannot_be_edited()
    {
        EditCase[] cases =
        [
            Case with { Requests = [] },
            Case with { Requests = [CaseRequest.About("Lur", "Lur lies in")] },
        ];

        Assert.All(cases, one => Assert.Throws<AmendException>(() => one.ToEditRequests()));
    }

    [Fact]
    public void A_request_without_subject_is_edited_by_its_whole_prompt()
    {
        var request = Assert.Single((Case with { Requests = [new CaseRequest("Lur lies in") { TargetNew = "Norland" }] }).ToEditRequests());

        Assert.Equal((null, "Lur lies in", "Lur lies in"), (request.Subject, request.Prompt, request.FilledPrompt));
    }

    private static (string Prompt, string? Subject) Parts(CaseRequest request) => (request.Prompt, request.Subject);
}
