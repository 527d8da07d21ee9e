namespace Amend.Models.Sources.Gguf;

/// <summary>What GGUF files hold that is no language model, and the sentences that refuse it.</summary>
internal static class GgufKinds
{
    /// <summary>What else a file can hold, by its <c>general.type</c>, and what to do.</summary>
    private static readonly Dictionary<string, (string What, string Advice)> Kinds = new(StringComparer.Ordinal)
    {
        ["adapter"] = (
            "an adapter (LoRA) for another model", "give the file of the model, and import the adapter into it with amend import"),
        ["mmproj"] = ("the projector of a vision or audio model", "give the file of the language model beside it"),
        ["imatrix"] = ("an importance matrix", "give the file of the model that it was computed for"),
        ["vocab"] = ("a vocabulary without weights", "give a file with the model's weights"),
    };

    /// <summary>Architectures of files that hold no language model, though they may not say so by <c>general.type</c>.</summary>
    private static readonly Dictionary<string, string> KindOfArchitecture = new(StringComparer.Ordinal) { ["clip"] = "mmproj" };

    /// <summary>The sentence for a file that says that it holds something else than a model.</summary>
    public static string Refusal(string path, string kind) => Kinds.TryGetValue(kind, out var known)
        ? $"'{path}' holds {known.What} (general.type is '{kind}'); {known.Advice}."
        : $"'{path}' says by general.type that it holds '{kind}', and only a 'model' can be read; give the file of a model.";

    /// <summary>The sentence for a file of an architecture that is not read.</summary>
    public static string RefusalOfArchitecture(string path, string name, IEnumerable<string> known)
    {
        if (KindOfArchitecture.TryGetValue(name, out var kind))
            return $"'{path}' holds {Kinds[kind].What} (architecture '{name}'); {Kinds[kind].Advice}.";
        return $"'{path}' is of the architecture '{name}', which this version does not read; known: {string.Join(", ", known)}.";
    }
}
