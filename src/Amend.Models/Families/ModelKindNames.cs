namespace Amend.Models.Families;

/// <summary>How sentences name kinds of model.</summary>
public static class ModelKindNames
{
    private static readonly (ModelKinds Kind, string Name, string Article)[] All =
    [
        (ModelKinds.CausalDecoder, "causal decoder", "a"),
        (ModelKinds.EncoderDecoder, "encoder-decoder", "an"),
        (ModelKinds.Classifier, "classifier", "a"),
        (ModelKinds.MaskedLanguageModel, "masked language model", "a"),
    ];

    /// <summary>The names of the kinds, such as <c>causal decoder</c>.</summary>
    public static IReadOnlyList<string> Names(this ModelKinds kinds) =>
        [.. All.Where(one => kinds.HasFlag(one.Kind)).Select(one => one.Name)];

    /// <summary>The kinds as a sentence needs them, such as <c>a causal decoder or an encoder-decoder</c>.</summary>
    public static string AsText(this ModelKinds kinds)
    {
        string[] names = [.. All.Where(one => kinds.HasFlag(one.Kind)).Select(one => $"{one.Article} {one.Name}")];
        return names.Length < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }
}

/// <summary>What can be asked of a model: one of these, or several where a tool serves several.</summary>
[Flags]
public enum ModelKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>It writes on: <see cref="Families.CausalDecoder"/>.</summary>
    CausalDecoder = 1,

    /// <summary>It reads one text and writes another: <see cref="Families.EncoderDecoder"/>.</summary>
    EncoderDecoder = 2,

    /// <summary>It puts a text under labels: <see cref="EncoderClassifier"/>.</summary>
    Classifier = 4,

    /// <summary>It fills masks: <see cref="Families.MaskedLanguageModel"/>.</summary>
    MaskedLanguageModel = 8,
}
