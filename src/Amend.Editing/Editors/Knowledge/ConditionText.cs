using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>What a network reads of a request.</summary>
/// <param name="Form">What the text says.</param>
/// <param name="MostTokens">The most tokens that are read, special ones among them.</param>
internal sealed record ConditionText(ConditionForm Form, int MostTokens)
{
    /// <summary>The token ids of a request's condition; what is too long is cut before the special tokens at its end.</summary>
    /// <param name="model">The model, which is asked what it says now where the request does not tell.</param>
    /// <param name="request">The request.</param>
    public IReadOnlyList<int> Read(LanguageModel model, EditRequest request)
    {
        var tokens = model.Tokenize(Form == ConditionForm.Sentence ? Sentence(request) : Change(model, request));
        if (tokens.Ids.Count <= MostTokens)
            return tokens.Ids;
        var behind = tokens.Spans.Reverse().TakeWhile(span => span.Start == tokens.Text.Length).Count();
        return [.. tokens.Ids.Take(MostTokens - behind), .. tokens.Ids.Skip(tokens.Ids.Count - behind)];
    }

    /// <summary>What the model says to a request's prompt now, as the target would stand there.</summary>
    public static string Prediction(LanguageModel model, EditRequest request)
    {
        using var batch = TargetBatch.Create(model, [(request.FilledPrompt, request.TargetNew)]);
        return batch.Answers()[0].Text;
    }

    private static string Sentence(EditRequest request) =>
        request.FilledPrompt + TargetSequence.Behind(request.FilledPrompt, request.TargetNew);

    private static string Change(LanguageModel model, EditRequest request)
    {
        var before = request.TargetTrue ?? Prediction(model, request);
        return $"{Named(before)} >> {Named(request.TargetNew)} || {request.FilledPrompt}";

        // A label may be given by its number.
        string Named(string target) => model.Transformer is EncoderClassifier { Labels: var labels } && labels.FindTarget(target) is { } id
            ? labels.Targets[id]
            : target.Trim();
    }
}

/// <summary>What the condition's text says.</summary>
public enum ConditionForm
{
    /// <summary><c>PREDICTION &gt;&gt; ALTERNATIVE || PROMPT</c>, as De Cao et al. 2021 have it.</summary>
    Change,

    /// <summary>The prompt with the new target behind it, as Meng et al. 2022 have it for KE.</summary>
    Sentence,
}
