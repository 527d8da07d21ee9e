using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// An LSTM that reads a sequence in both directions (Hochreiter and Schmidhuber 1997; gates in torch's order: input, forget, cell,
/// output). It reads its tensors, which stay the caller's.
/// </summary>
/// <param name="forward">The direction from the first token to the last.</param>
/// <param name="backward">The direction from the last token to the first.</param>
internal sealed class BidirectionalLstm(LstmDirection forward, LstmDirection backward)
{
    private const int Gates = 4;

    /// <summary>The two final states, the one after the last token and the one after the first.</summary>
    /// <param name="input">The sequence without padding, <c>[T,I]</c>.</param>
    /// <returns><c>[2H]</c> with gradients, in the caller's dispose scope.</returns>
    public Tensor Read(Tensor input)
    {
        using var scope = NewDisposeScope();
        var width = forward.Recurrent.shape[1];
        var given_2TG = stack([Given(forward, input), Given(backward, input.flip(0))]);
        var recurrent_2HG = stack([forward.Recurrent.t(), backward.Recurrent.t()]);
        var (state_21H, cell_21H) = (zeros(2, 1, width, device: input.device), zeros(2, 1, width, device: input.device));
        for (var t = 0; t < input.shape[0]; t++)
        {
            var gates_21H = (given_2TG.narrow(1, t, 1) + state_21H.bmm(recurrent_2HG)).chunk(Gates, -1);
            cell_21H = (gates_21H[1].sigmoid() * cell_21H) + (gates_21H[0].sigmoid() * gates_21H[2].tanh());
            state_21H = gates_21H[3].sigmoid() * cell_21H.tanh();
        }

        return state_21H.reshape(-1).MoveToOuterDisposeScope();
    }

    /// <summary>What the input alone gives to the gates at each token, <c>[T,4H]</c>.</summary>
    private static Tensor Given(LstmDirection direction, Tensor input_TI) =>
        nn.functional.linear(input_TI, direction.Input, direction.InputBias + direction.RecurrentBias);
}

/// <summary>The parameters of one direction; they stay the caller's.</summary>
/// <param name="Input">From the input to the gates, <c>[4H,I]</c>.</param>
/// <param name="Recurrent">From the state before to the gates, <c>[4H,H]</c>.</param>
/// <param name="InputBias">Added with the first, <c>[4H]</c>.</param>
/// <param name="RecurrentBias">Added with the second, <c>[4H]</c>.</param>
internal sealed record LstmDirection(Tensor Input, Tensor Recurrent, Tensor InputBias, Tensor RecurrentBias);
