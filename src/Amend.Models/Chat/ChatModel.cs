using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Models.Chat;

/// <summary>A model that is asked through its own chat template.</summary>
public sealed class ChatModel
{
    private readonly LanguageModel _model;
    private readonly ChatTemplate _template;
    private readonly string? _system;
    private readonly IReadOnlyList<int> _ends;

    /// <summary>Puts a model and a template together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="template">Its template.</param>
    /// <param name="system">What the system says before each question; null for what the template says by itself.</param>
    /// <param name="ends">Ids that end an answer beside those that end a text for the model; none when null.</param>
    public ChatModel(LanguageModel model, ChatTemplate template, string? system = null, IReadOnlyList<int>? ends = null)
    {
        _model = model;
        _template = template;
        _system = system;
        _ends = ends ?? [];
    }

    /// <summary>The model with a template of its folder or file.</summary>
    /// <param name="model">A causal decoder that was loaded from one.</param>
    /// <param name="system">What the system says before each question; null for what the template says by itself.</param>
    /// <param name="template">The name of the template, where there are several; the default one when null.</param>
    /// <exception cref="AmendException">
    /// There is no such template, or one that cannot be used, or the model is no causal decoder.
    /// </exception>
    public static ChatModel Of(LanguageModel model, string? system = null, string? template = null)
    {
        model.RequireDecoder("A chat template");
        if (OfOrNull(model, system, template) is { } found)
            return found;
        var looked = model.Source is not GgufModel
            ? "neither chat_template.jinja nor a chat_template in tokenizer_config.json"
            : "its file has no tokenizer.chat_template";
        throw new AmendException($"'{model.Name}' has no chat template: {looked}; ask it without one.");
    }

    /// <summary>The model with a template of its source; null where it is no causal decoder or has no template.</summary>
    /// <param name="model">The model.</param>
    /// <param name="system">What the system says before each question; null for what the template says by itself.</param>
    /// <param name="template">The name of the template, where the source has several; the default one when null.</param>
    /// <exception cref="AmendException">The source has no template of this name, or one that cannot be used.</exception>
    public static ChatModel? OfOrNull(LanguageModel model, string? system = null, string? template = null) =>
        model is { Transformer: CausalDecoder, Source: { } source } && ChatTemplate.LoadOrNull(source, template) is { } found
            ? new ChatModel(model, found, system)
            : null;

    /// <summary>
    /// A question as the model reads it: the template's special tokens are tokens, those that the question quotes are text.
    /// </summary>
    /// <remarks>What the applied edits put in front of the question is in the user's turn, before it.</remarks>
    /// <param name="question">What the user says.</param>
    /// <param name="following">How many tokens are to follow: those of the answer.</param>
    /// <exception cref="AmendException">The question is empty, or the template refuses it.</exception>
    public TokenizedText Tokenize(string question, int following = 0)
    {
        if (question.Length == 0)
            throw new AmendException("The prompt is empty; give at least one word.");
        return Encode(_template.Wrap(_model.WithPreamble(question, following), _system, _model.Tokenizer.SpecialTokens));
    }

    /// <summary>
    /// A conversation as the model reads it before its next answer, as <see cref="Tokenize(string, int)"/>; what the applied edits put in
    /// front is in the last message.
    /// </summary>
    /// <param name="messages">The messages in order, at least one.</param>
    /// <param name="following">How many tokens are to follow: those of the answer.</param>
    /// <exception cref="AmendException">There is no message, the last one is empty, or the template refuses them.</exception>
    public TokenizedText Tokenize(IReadOnlyList<ChatMessage> messages, int following = 0)
    {
        if (messages is not [.., { Content.Length: > 0 } last])
            throw new AmendException("The conversation has no last message with a text; give at least one word.");
        var asked = last with { Content = _model.WithPreamble(last.Content, following) };
        return Encode(_template.Wrap([.. messages.SkipLast(1), asked], _model.Tokenizer.SpecialTokens));
    }

    /// <summary>The answer to a question, trimmed.</summary>
    /// <param name="question">What the user says.</param>
    /// <param name="options">Length and sampling; greedy by default.</param>
    /// <exception cref="AmendException">The question is empty or refused, or question and answer exceed the context.</exception>
    public string Answer(string question, GenerationOptions? options = null) =>
        _model.Complete(
            Tokenize(question, options?.MaxNewTokens ?? 0), (options ?? new GenerationOptions()) with { Ends = _ends }).Trim();

    /// <summary>The likeliest first tokens of the answer, most likely first.</summary>
    /// <param name="question">What the user says.</param>
    /// <param name="count">How many; at most the vocabulary.</param>
    /// <exception cref="AmendException">The question is empty or refused, or exceeds the context.</exception>
    public IReadOnlyList<TokenProbability> Top(string question, int count) => NextTokens.Top(_model, Tokenize(question), count);

    private TokenizedText Encode(ChatPrompt prompt) => _model.Tokenizer.EncodeWritten(prompt.Text, prompt.Quoted);
}
