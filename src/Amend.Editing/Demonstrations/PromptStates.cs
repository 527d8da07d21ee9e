using Amend.Models;
using Amend.Models.Subjects;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Demonstrations;

/// <summary>
/// How a model without any edit reads prompts: the residual stream after an early block, each token's at unit length, so that products are
/// cosines. Without edits, because what is near to what must not depend on the order in which edits come and go. Prompts are read behind
/// <see cref="DemonstrationText.BeforePrompt"/>, so that a name is made of the same tokens wherever it stands, and none of them is the
/// text's first, whose state is a thing of its own.
/// </summary>
internal static class PromptStates
{
    /// <summary>The states of a prompt's tokens.</summary>
    /// <param name="reader">A causal decoder.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="layer">The block.</param>
    /// <returns><c>[T,D]</c>, float32 on the CPU, of the last ones that the context holds, in the caller's dispose scope.</returns>
    public static Tensor Read(IPromptReader reader, string prompt, int layer)
    {
        var text = reader.Tokenize(DemonstrationText.BeforePrompt + prompt);
        return Read(reader, text.Ids, layer, text.Ids.Count - text.FirstTokenOf(DemonstrationText.BeforePrompt.Length, text.Text.Length));
    }

    /// <summary>The state of a prompt's subject, at its last token.</summary>
    /// <returns><c>[D]</c>, float32 on the CPU, in the caller's dispose scope.</returns>
    /// <exception cref="Tensors.AmendException">No token covers the subject.</exception>
    public static Tensor ReadSubject(LanguageModel model, SubjectPrompt prompt, int layer)
    {
        using var scope = NewDisposeScope();
        var (text, token) = prompt.In(DemonstrationText.BeforePrompt + SubjectPrompt.Mark).FindToken(model.Tokenizer);
        return Read(model, [.. text.Ids.Take(token + 1)], layer, count: 1)[0].MoveToOuterDisposeScope();
    }

    /// <summary>The states of the last tokens, so many of them.</summary>
    private static Tensor Read(IPromptReader reader, IReadOnlyList<int> ids, int layer, int count)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var states_TD = reader.StatesAside(ids, layer);
        count = (int)Math.Min(count, states_TD.shape[0]);
        var read_TD = states_TD.narrow(0, states_TD.shape[0] - count, count);
        return (read_TD / read_TD.norm(-1, keepdim: true).clamp_min(1e-12)).MoveToOuterDisposeScope();
    }
}
