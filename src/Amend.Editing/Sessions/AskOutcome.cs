using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Editing.Sessions;

/// <summary>What a model says to a prompt, by what its kind can say; the rest is null.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Edits">The ids of the edits that it had.</param>
/// <param name="Prompt">The prompt.</param>
public sealed record AskOutcome(string Model, IReadOnlyList<string> Edits, string Prompt)
{
    /// <summary>The prompt as the chat template writes it; null where it was not asked through one.</summary>
    public string? Written { get; init; }

    /// <summary>A causal decoder's continuation, an encoder-decoder's answer.</summary>
    public string? Completion { get; init; }

    /// <summary>A causal decoder's likeliest next tokens.</summary>
    public IReadOnlyList<TokenProbability>? Top { get; init; }

    /// <summary>A classifier's labels, the likeliest first.</summary>
    public IReadOnlyList<LabelProbability>? Labels { get; init; }

    /// <summary>A masked language model's likeliest tokens at each masked place.</summary>
    public IReadOnlyList<IReadOnlyList<TokenProbability>>? Masks { get; init; }

    /// <summary>Asks a model.</summary>
    internal static AskOutcome Ask(LanguageModel model, string prompt, AskOptions options)
    {
        var asked = new AskOutcome(model.Name, model.Applied.Ids, prompt);
        if (options.Chat is { } chat)
        {
            return asked with
            {
                Written = chat.Tokenize(prompt).Text,
                Top = chat.Top(prompt, options.Top),
                Completion = chat.Answer(prompt, options.Generation),
            };
        }

        return model.Transformer switch
        {
            EncoderClassifier => asked with { Labels = model.Classify(prompt) },
            MaskedLanguageModel => asked with { Masks = model.FillMasks(prompt, options.Top) },
            EncoderDecoder => asked with { Completion = model.Complete(prompt, options.Generation) },
            _ => asked with { Top = NextTokens.Top(model, prompt, options.Top), Completion = model.Complete(prompt, options.Generation) },
        };
    }
}

/// <summary>How a model is asked.</summary>
public sealed record AskOptions
{
    /// <summary>How many tokens are listed for a place; 5 by default.</summary>
    public int Top { get; init; } = 5;

    /// <summary>How text is generated; greedy by default.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>The model behind its chat template; null, the default, to ask the prompt as it is.</summary>
    public ChatModel? Chat { get; init; }
}
