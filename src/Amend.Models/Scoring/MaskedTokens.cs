using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>The likeliest tokens at the masked places of a text.</summary>
public static class MaskedTokens
{
    /// <summary>The likeliest tokens of each place, most likely first; the places are filled independently of each other.</summary>
    /// <param name="model">A masked language model.</param>
    /// <param name="text">A text with at least one mask, such as <c>[MASK]</c>, which the tokenizer takes as one token.</param>
    /// <param name="count">How many for each place; at most the vocabulary.</param>
    /// <exception cref="AmendException">The text has no mask or exceeds the context, or the model fills no masks.</exception>
    public static IReadOnlyList<IReadOnlyList<TokenProbability>> Top(LanguageModel model, string text, int count)
    {
        var transformer = model.Transformer as MaskedLanguageModel
            ?? throw new AmendException(
                $"The filling of masks needs a masked language model; '{model.Name}' is {model.Transformer.Architecture}.");
        var (ids, places) = Masked(model, text, transformer.Mask);
        model.CheckLength(ids.Count);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var hidden_ND = transformer.Hidden(TokenBatch.Pad([ids], padding: 0, model.Device))[0]
            .index_select(0, tensor(places, device: model.Device));
        var logits_NV = transformer.Unembed(hidden_ND);
        model.RequireNumbers(logits_NV);
        var probabilities_NV = nn.functional.softmax(logits_NV.to(float32), -1);
        return [
            .. Enumerable.Range(0, places.Length).Select(place => TokenProbability.Top(model.Tokenizer, probabilities_NV[place], count))
        ];
    }

    private static (IReadOnlyList<int> Ids, long[] Places) Masked(LanguageModel model, string text, string mask)
    {
        var tokens = model.Tokenize(text);
        var places = Enumerable.Range(0, tokens.Ids.Count)
            .Where(t => text[tokens.Spans[t].Start..tokens.Spans[t].End].Trim() == mask)
            .Select(t => (long)t)
            .ToArray();
        return places.Length > 0
            ? (tokens.Ids, places)
            : throw new AmendException(text.Contains(mask, StringComparison.Ordinal)
                ? $"The tokenizer of '{model.Name}' does not take {mask} as one token; give its folder the tokenizer's files that name it."
                : $"'{model.Name}' is {model.Transformer.Architecture} and fills masks, but '{text}' has none; "
                    + $"write {mask} where it should put a word.");
    }
}
