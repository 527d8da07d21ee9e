using Amend.Editing;
using Amend.Tensors;

namespace Amend.Shipping.Gates;

/// <summary>The figures of a check that a gate can hold, one line each.</summary>
public static class CheckMeasures
{
    /// <summary>All of them.</summary>
    public static Registry<CheckMeasure> All { get; } = new("criterion of a gate", measure => measure.Name,
    [
        Share("plain.prompts", "edited prompts that give the new object", CheckForm.Plain, AskedKind.Prompt),
        Share("plain.paraphrases", "paraphrases that give it", CheckForm.Plain, AskedKind.Paraphrase),
        Share("plain.neighbors", "neighbours whose likeliest next token stays", CheckForm.Plain, AskedKind.Neighbor),
        Share("free.prompts", "edited prompts after which the new object is written", CheckForm.Free, AskedKind.Prompt),
        Share("free.paraphrases", "paraphrases after which it is written", CheckForm.Free, AskedKind.Paraphrase),
        Share("free.neighbors", "neighbours after which the same is written", CheckForm.Free, AskedKind.Neighbor),
        Share("chat.prompts", "edited prompts to which the chat answers with the new object", CheckForm.Chat, AskedKind.Prompt),
        Share("chat.paraphrases", "paraphrases to which the chat answers with it", CheckForm.Chat, AskedKind.Paraphrase),
        Share("chat.neighbors", "neighbours to which the chat answers the same", CheckForm.Chat, AskedKind.Neighbor),
        new("perplexity", "perplexity of the fixed text, in units of the unedited model's")
        {
            IsMost = true,
            Of = report => report.Perplexity is { } measured ? new CheckFigure(measured.Ratio) : null,
        },
        new("probe", "facts of the probe that stay known")
        {
            Of = report => report.Probe is { } probe ? CheckFigure.Share(probe.Kept, probe.Known) : null,
        },
    ]);

    /// <summary>What gates and tables call a form, such as <c>plain</c>.</summary>
    public static string NameOf(CheckForm form) => form.ToString().ToLowerInvariant();

    private static CheckMeasure Share(string name, string meaning, CheckForm form, AskedKind kind) => new(name, meaning)
    {
        Form = form,
        Kind = kind,
        Of = report =>
        {
            bool[] held =
            [
                .. report.Questions.Where(question => question.Kind == kind && question.Holds.ContainsKey(form))
                    .Select(question => question.Holds[form]),
            ];
            return held.Length == 0 ? null : CheckFigure.Share(held.Count(holds => holds), held.Length);
        },
    };
}

/// <summary>A figure of a check.</summary>
/// <param name="Name">What a gate calls it.</param>
/// <param name="Meaning">What it is, in a few words.</param>
public sealed record CheckMeasure(string Name, string Meaning)
{
    /// <summary>Whether a gate says the most that is allowed and not the least.</summary>
    public bool IsMost { get; init; }

    /// <summary>The form of the questions that it counts; null for other figures.</summary>
    public CheckForm? Form { get; init; }

    /// <summary>The kind of the questions that it counts; null for other figures.</summary>
    public AskedKind? Kind { get; init; }

    /// <summary>Reads it from a report; null where it was not measured.</summary>
    public required Func<CheckReport, CheckFigure?> Of { get; init; }
}

/// <summary>The value of a figure.</summary>
/// <param name="Value">A share from 0 to 1, or a ratio.</param>
public sealed record CheckFigure(double Value)
{
    /// <summary>How many hold; null for a ratio.</summary>
    public int? Held { get; init; }

    /// <summary>Of how many; null for a ratio.</summary>
    public int? Asked { get; init; }

    /// <summary>A share of at least one.</summary>
    internal static CheckFigure Share(int held, int asked) => new((double)held / asked) { Held = held, Asked = asked };
}
