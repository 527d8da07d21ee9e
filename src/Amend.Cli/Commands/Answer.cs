using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Cli.Commands;

/// <summary>What a model says to a prompt, by what it can say; the rest is null.</summary>
/// <param name="Completion">A causal decoder's continuation, an encoder-decoder's answer.</param>
/// <param name="Top">A causal decoder's likeliest next tokens.</param>
/// <param name="Labels">A classifier's labels, the likeliest first.</param>
/// <param name="Masks">A masked language model's likeliest tokens at each masked place.</param>
internal sealed record Answer(
    string? Completion = null,
    IReadOnlyList<TokenProbability>? Top = null,
    IReadOnlyList<LabelProbability>? Labels = null,
    IReadOnlyList<IReadOnlyList<TokenProbability>>? Masks = null)
{
    /// <summary>The prompt as a chat template writes it; null where none is asked through.</summary>
    public string? Written { get; init; }

    /// <summary>Asks a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="count">How many tokens to list for a place.</param>
    /// <param name="options">How text is generated.</param>
    public static Answer Of(LanguageModel model, string prompt, int count, GenerationOptions options) => model.Transformer switch
    {
        EncoderClassifier => new(Labels: model.Classify(prompt)),
        MaskedLanguageModel => new(Masks: model.FillMasks(prompt, count)),
        EncoderDecoder => new(model.Complete(prompt, options)),
        _ => new(Top: NextTokens.Top(model, prompt, count), Completion: model.Complete(prompt, options)),
    };

    /// <summary>Asks a model through its chat template.</summary>
    /// <param name="model">The model and the template.</param>
    /// <param name="question">What the user says.</param>
    /// <param name="count">How many tokens to list for the answer's first place.</param>
    /// <param name="options">How text is generated.</param>
    public static Answer Of(ChatModel model, string question, int count, GenerationOptions options) =>
        new(Top: model.Top(question, count), Completion: model.Answer(question, options)) { Written = model.Tokenize(question).Text };
}
