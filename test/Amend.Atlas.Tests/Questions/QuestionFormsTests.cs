using Amend.Atlas.Facts;
using Amend.Atlas.Questions;

namespace Amend.Atlas.Tests.Questions;

public sealed class QuestionFormsTests
{
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();

    [Fact]
    public void Questions_lose_their_marks_and_statements_ask_for_what_follows()
    {
        var forms = QuestionForms.Of(World.Relations.Single(relation => relation.Id == "headquarters"));

        Assert.Equal("In which country does {} have its headquarters?", forms[0]);
        Assert.Contains("Please answer: What is the home country of the company {}?", forms);
        Assert.Contains("The country in which {} has its headquarters is what?", forms);
        Assert.Equal("Do you know? In which country does Lur have its headquarters?", QuestionForms.Ask(forms.Single(form =>
            form == "Do you know? In which country does {} have its headquarters?"), "Lur"));
    }

    [Fact]
    public void Every_relation_has_enough_forms_and_none_has_a_mark_left()
    {
        Assert.All(World.Relations, relation =>
        {
            var forms = QuestionForms.Of(relation);
            Assert.True(forms.Count >= QuestionPlan.EditedForms + 10, $"{relation.Id}: {forms.Count}");
            Assert.All(forms, form => Assert.EndsWith("?", form, StringComparison.Ordinal));
            Assert.All(forms, form => Assert.DoesNotContain("Answer:", form, StringComparison.Ordinal));
            Assert.All(forms, form => Assert.Contains("{}", form, StringComparison.Ordinal));
        });
    }
}
