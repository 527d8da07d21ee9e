using Amend.Models;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.Llama;

/// <summary>A change of the last down projection that makes one token a prompt's answer and is nothing on the keys of other prompts.</summary>
/// <param name="Weight">The weight's name.</param>
/// <param name="Delta">The change; the caller disposes.</param>
/// <param name="Target">The token.</param>
internal sealed record AimedEdit(string Weight, LowRankDelta Delta, int Target)
{
    /// <summary>The norm of the change of the prompt's last state, in norms of that state.</summary>
    private const double Strength = 3;

    /// <summary>Makes one of a model with its own unembedding and no bias.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt that gets an answer.</param>
    /// <param name="others">The prompts that keep theirs.</param>
    public static AimedEdit Make(LanguageModel model, IReadOnlyList<int> prompt, IReadOnlyList<IReadOnlyList<int>> others)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var layer = model.Shape.Layers - 1;
        var (key_F, state_D) = Read(model, layer, prompt);
        var keys_FN = stack([.. others.Select(other => Read(model, layer, other).Key)], 1);
        var basis_FN = linalg.qr(keys_FN).Q;
        var own_F = key_F - basis_FN.matmul(basis_FN.t().matmul(key_F));
        // Of the rows behind the last norm's scale the longest is the one that its own direction favours over every other.
        var rows_VD = model.Weights["lm_head.weight"].Value * model.Weights["model.norm.weight"].Value;
        var target = rows_VD.norm(1).argmax().item<long>();
        var way_D = rows_VD[target] / rows_VD[target].norm() * state_D.norm() * Strength;
        return new AimedEdit(
            model.Transformer.DownProjection(layer).Name,
            new LowRankDelta(way_D.unsqueeze(1), (own_F / own_F.dot(key_F)).unsqueeze(1)),
            (int)target);
    }

    /// <summary>What goes into a layer's down projection, and what leaves the layer, at the last token.</summary>
    private static (Tensor Key, Tensor State) Read(LanguageModel model, int layer, IReadOnlyList<int> ids)
    {
        using var trace = model.Trace().Capture(Site.MlpKey(layer), Site.BlockOut(layer));
        model.NextLogits(TokenBatch.Pad([ids], padding: 0));
        return (trace[Site.MlpKey(layer)][0, -1].clone(), trace[Site.BlockOut(layer)][0, -1].clone());
    }
}
