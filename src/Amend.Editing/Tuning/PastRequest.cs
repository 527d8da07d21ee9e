using System.Text;
using Amend.Models;
using Amend.Models.Effects;
using static TorchSharp.torch;

namespace Amend.Editing.Tuning;

/// <summary>
/// A request that an applied edit was made for, as the edit leaves it to later ones of a weight: its texts, a number a byte of their UTF-8.
/// It is known for as long as the edit is applied.
/// </summary>
/// <param name="Prompt">The prompt with the subject in its place.</param>
/// <param name="Target">The target.</param>
internal sealed record PastRequest(string Prompt, string Target)
{
    private const string Name = "request";

    /// <summary>That of a request.</summary>
    public static PastRequest Of(EditRequest request) => new(request.FilledPrompt, request.TargetNew);

    /// <summary>The requests of the applied edits that left theirs at a weight, in the order of the edits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weight">The weight's name.</param>
    public static IReadOnlyList<PastRequest> At(LanguageModel model, string weight) =>
        [.. model.Applied.MemoriesOf(weight, Name).Select(memory => new PastRequest(Text(memory, "prompt"), Text(memory, "target")))];

    /// <summary>What the edit leaves at a weight; the caller disposes.</summary>
    public MemoryEffect ToMemory(string weight)
    {
        using var scope = NewDisposeScope();
        return new MemoryEffect(weight, Name, new Dictionary<string, Tensor> { ["prompt"] = Bytes(Prompt), ["target"] = Bytes(Target) });
    }

    /// <summary>The same as a request without a subject.</summary>
    public EditRequest ToRequest() => new(Prompt, null, Target);

    private static Tensor Bytes(string text) => tensor([.. Encoding.UTF8.GetBytes(text).Select(one => (float)one)]);

    private static string Text(MemoryEffect memory, string part) =>
        Encoding.UTF8.GetString([.. memory.Values[part].data<float>().Select(one => (byte)one)]);
}
