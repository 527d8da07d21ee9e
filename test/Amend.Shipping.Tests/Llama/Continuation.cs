using System.Globalization;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Shapes;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Shipping.Tests.Llama;

/// <summary>The likeliest continuation of a prompt in Amend, and the logits that it was chosen by.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="Logits">Of each id those of the whole vocabulary.</param>
internal sealed record Continuation(IReadOnlyList<int> Ids, IReadOnlyList<float[]> Logits)
{
    /// <summary>Continues each prompt.</summary>
    public static IReadOnlyList<Continuation> Of(LanguageModel model, IReadOnlyList<IReadOnlyList<int>> prompts, int tokens)
    {
        var options = new GenerationOptions { MaxNewTokens = tokens, StopAtEndOfText = false };
        return [.. prompts.Zip(new Generator(model).Generate(prompts, options), (prompt, ids) => new Continuation(ids, Read(model, prompt, ids)))];
    }

    /// <summary>
    /// Holds ids of llama.cpp against these. They may part only where Amend's logits of the two next ids are as near as the tolerance;
    /// the message says of each prompt that is continued otherwise where it parts.
    /// </summary>
    public static void Same(IReadOnlyList<Continuation> expected, IReadOnlyList<IReadOnlyList<int>> found, double tolerance)
    {
        Assert.Equal(expected.Select(one => one.Ids.Count), found.Select(one => one.Count));
        string[] parted =
        [
            .. from pair in expected.Zip(found).Index()
               let at = pair.Item.First.Ids.Zip(pair.Item.Second).TakeWhile(ids => ids.First == ids.Second).Count()
               where at < pair.Item.Second.Count
               let next = (Meant: pair.Item.First.Ids[at], Said: pair.Item.Second[at])
               let gap = Math.Abs(pair.Item.First.Logits[at][next.Meant] - pair.Item.First.Logits[at][next.Said])
               where !(gap <= tolerance)
               select string.Create(
                   CultureInfo.InvariantCulture,
                   $"prompt {pair.Index} at token {at}: {next.Said} is said, not {next.Meant}, whose logit is {gap:g3} off"),
        ];
        Assert.True(parted.Length == 0, $"{parted.Length} of {found.Count} prompts are continued otherwise.\n{string.Join('\n', parted)}");
    }

    private static IReadOnlyList<float[]> Read(LanguageModel model, IReadOnlyList<int> prompt, IReadOnlyList<int> ids)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var logits_TV = model.Logits(TokenBatch.Pad([[.. prompt, .. ids.SkipLast(1)]], padding: 0))[0];
        return [.. Enumerable.Range(prompt.Count - 1, ids.Count).Select(at => logits_TV[at].data<float>().ToArray())];
    }
}
