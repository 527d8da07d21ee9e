using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Tokenizers;

namespace Amend.Editing.Tests.Templates;

[NoTensorLeaks]
public sealed class ContextTemplateSamplerTests : IDisposable
{
    private static readonly (int Length, int Count)[] Lengths = [(5, 4), (10, 4)];
    private readonly LanguageModel _model = TinyModels.Gpt2(seed: 3);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_texts_and_another_seed_others()
    {
        var first = ContextTemplateSampler.Sample(_model, Lengths, seed: 7);
        var again = ContextTemplateSampler.Sample(_model, Lengths, seed: 7);
        var other = ContextTemplateSampler.Sample(_model, Lengths, seed: 8);

        Assert.Equal(first.Texts, again.Texts);
        Assert.NotEqual(first.Texts, other.Texts);
    }

    [Fact]
    public void The_first_is_the_bare_prompt_and_the_others_end_with_it()
    {
        var templates = ContextTemplateSampler.Sample(_model, Lengths, seed: 0);

        Assert.Same(templates, templates.Validated());
        Assert.InRange(templates.Texts.Count, 2, 9);
        Assert.All(templates.Texts.Skip(1), text => Assert.EndsWith(". {}", text, StringComparison.Ordinal));
        Assert.All(templates.Texts.Skip(1), text => Assert.InRange(_model.Tokenize(text[..^". {}".Length]).Ids.Count, 1, 9));
    }

    [Fact]
    public void Without_lengths_there_is_only_the_bare_prompt()
    {
        Assert.Equal(["{}"], ContextTemplateSampler.Sample(_model, [], seed: 0).Texts);
        Assert.Equal(["{}"], ContextTemplateSampler.Sample(_model, [(5, 0)], seed: 0).Texts);
    }

    [Fact]
    public void Braces_that_the_model_writes_are_removed()
    {
        using var model = new LanguageModel("braces", "gpt2", TinyDecoder(), new BraceTokenizer());

        var templates = ContextTemplateSampler.Sample(model, [(10, 8)], seed: 0);

        Assert.Same(templates, templates.Validated());
        Assert.True(templates.Texts.Count > 1);
        Assert.All(templates.Texts.Skip(1), text => Assert.DoesNotContain('{', text[..^2]));
        Assert.All(templates.Texts.Skip(1), text => Assert.DoesNotContain('}', text[..^2]));
    }

    private static CausalDecoder TinyDecoder() => TinyModels.Gpt2(seed: 5).Decoder;

    /// <summary>Reads every id as a word in braces, as a model that saw much code might write.</summary>
    private sealed class BraceTokenizer : ITokenizer
    {
        public int VocabularySize => 64;

        public int EndOfText => 63;

        public TokenizedText Encode(string text) => throw new NotSupportedException(text);

        public string Decode(IEnumerable<int> ids) => string.Concat(ids.Select(id => $"{{w{id}}} "));
    }
}
