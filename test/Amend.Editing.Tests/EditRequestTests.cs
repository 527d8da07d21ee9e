using Amend.Tensors;

namespace Amend.Editing.Tests;

public sealed class EditRequestTests
{
    [Fact]
    public void A_request_that_can_be_edited_is_returned_as_it_is()
    {
        var request = new EditRequest("{} is in", "The Eiffel Tower", "Rome");

        Assert.Same(request, request.Validated());
        Assert.Equal("The Eiffel Tower is in", request.FilledPrompt);
    }

    [Theory]
    [InlineData("The Tower is in", "Tower", "Rome", "The prompt 'The Tower is in' has 0 places {} for the subject; write it with exactly one, such as \"{} is in\".")]
    [InlineData("{} and {} are in", "Tower", "Rome", "The prompt '{} and {} are in' has 2 places {} for the subject; write it with exactly one, such as \"{} is in\".")]
    [InlineData("{} is in", " ", "Rome", "The subject for the prompt '{} is in' is empty; give the name that stands in place of {}.")]
    [InlineData("It is in", "", "Rome", "The subject for the prompt 'It is in' is empty; give the name that stands in place of {}.")]
    [InlineData("{} is in", "Tower", "", "The new target for 'Tower is in' is empty; give the object that the model should say.")]
    [InlineData("{} is in", "Tower", "\t", "The new target for 'Tower is in' is empty; give the object that the model should say.")]
    public void A_request_that_cannot_be_edited_is_refused_with_one_sentence(string prompt, string subject, string target, string sentence)
    {
        var failure = Assert.Throws<AmendException>(() => new EditRequest(prompt, subject, target).Validated());

        Assert.Equal(sentence, failure.Message);
    }

    [Theory]
    [InlineData("The Eiffel Tower is in", "The Eiffel Tower", "{} is in")]
    [InlineData("Where is D'Artagnan's sword? In", "D'Artagnan's sword", "Where is {}? In")]
    [InlineData("The mother tongue of 東京", "東京", "The mother tongue of {}")]
    [InlineData("{} is in", "The Eiffel Tower", "{} is in")]
    [InlineData("{}, near Rome, is in", "Rome", "{}, near Rome, is in")]
    public void A_whole_prompt_gets_its_place_where_the_subject_stands(string prompt, string subject, string expected)
    {
        var request = EditRequest.From(prompt, subject, "Goa");

        Assert.Equal(expected, request.Prompt);
        Assert.Equal(subject, request.Subject);
        Assert.Equal("Goa", request.TargetNew);
    }

    [Theory]
    [InlineData("The Tower is in", "a tower", "Rome", "The subject 'a tower' is not in the prompt 'The Tower is in'; write the prompt with {} where the subject stands.")]
    [InlineData("Rome is in Rome", "Rome", "Goa", "The subject 'Rome' is more than once in the prompt 'Rome is in Rome'; mark the place with {}.")]
    [InlineData("ananas", "ana", "Goa", "The subject 'ana' stands in the prompt 'ananas' only inside another word; write the prompt with {} where the subject stands.")]
    [InlineData("The Tower is in", "", "Rome", "The subject for the prompt 'The Tower is in' is empty; give the name that stands in place of {}.")]
    [InlineData("The Tower is in", "Tower", " ", "The new target for 'The Tower is in' is empty; give the object that the model should say.")]
    public void A_whole_prompt_without_one_clear_subject_is_refused(string prompt, string subject, string target, string sentence)
    {
        var failure = Assert.Throws<AmendException>(() => EditRequest.From(prompt, subject, target));

        Assert.Equal(sentence, failure.Message);
    }

    [Fact]
    public void Braces_in_the_subject_are_text()
    {
        var request = new EditRequest("{} is in", "The {} sign", "Rome").Validated();

        Assert.Equal("The {} sign is in", request.FilledPrompt);
    }
}
