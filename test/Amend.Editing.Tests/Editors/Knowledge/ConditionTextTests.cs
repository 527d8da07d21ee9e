using Amend.Editing.Editors.Knowledge;
using Amend.Models.Scoring;

namespace Amend.Editing.Tests.Editors.Knowledge;

[NoTensorLeaks]
public sealed class ConditionTextTests
{
    private static readonly EditRequest Cat = new("The cat sat on", null, "mat") { TargetTrue = "sofa" };

    [Fact]
    public void A_change_is_what_the_model_says_what_it_should_say_and_the_prompt()
    {
        using var model = TinyModels.Gpt2();
        var text = new ConditionText(ConditionForm.Change, 64);

        Assert.Equal("sofa >> mat || The cat sat on", Said(Cat));
        var now = TargetBatchAnswer(Cat);
        Assert.Equal($"{now} >> mat || The cat sat on", Said(Cat with { TargetTrue = null }));

        string Said(EditRequest request) => model.Tokenizer.Decode(text.Read(model, request));

        string TargetBatchAnswer(EditRequest request)
        {
            using var batch = TargetBatch.Create(model, [(request.FilledPrompt, request.TargetNew)]);
            return batch.Answers()[0].Text;
        }
    }

    [Fact]
    public void Labels_that_are_given_by_number_are_named()
    {
        using var model = TinyModels.Golden("families/bert_classification", new CharacterTokenizer());

        var ids = new ConditionText(ConditionForm.Change, 64).Read(model, new EditRequest("a cat", null, "1") { TargetTrue = "label_a" });

        var labels = ((Amend.Models.Families.EncoderClassifier)model.Transformer).Labels.Names;
        Assert.Equal(model.Tokenize($"label_a >> {labels[1]} || a cat").Ids, ids);
    }

    [Fact]
    public void What_is_too_long_is_cut_before_the_special_tokens_at_its_end()
    {
        using var model = TinyModels.FromFolder(GoldenCases.At("models/bert_tiny_binary")[0].Folder, new MarkedCharacters());

        var ids = new ConditionText(ConditionForm.Sentence, 8).Read(model, Cat);

        Assert.Equal(8, ids.Count);
        Assert.Equal([MarkedCharacters.First, .. new CharacterTokenizer().Encode("The ca").Ids, MarkedCharacters.Last], ids);
    }

    [Fact]
    public void A_sentence_is_the_prompt_with_the_target_behind_it()
    {
        using var model = TinyModels.Gpt2();

        Assert.Equal("The cat sat on mat", model.Tokenizer.Decode(new ConditionText(ConditionForm.Sentence, 64).Read(model, Cat)));
    }

    /// <summary>Characters between two special tokens.</summary>
    private sealed class MarkedCharacters : Amend.Models.Tokenizers.ITokenizer
    {
        public const int First = 70;
        public const int Last = 71;
        private readonly CharacterTokenizer _inner = new();

        public int VocabularySize => 72;

        public int EndOfText => Last;

        public Amend.Models.Tokenizers.TokenizedText Encode(string text)
        {
            var inner = _inner.Encode(text);
            return new(text, [First, .. inner.Ids, Last], [(0, 0), .. inner.Spans, (text.Length, text.Length)]);
        }

        public string Decode(IEnumerable<int> ids) => _inner.Decode(ids);
    }
}
