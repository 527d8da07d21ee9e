using Amend.Editing.Editors.Knowledge;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Knowledge;

[NoTensorLeaks]
public sealed class BidirectionalLstmTests
{
    [Fact]
    public void Its_final_states_and_their_gradients_are_those_of_torchs_lstm()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        using var given = nn.LSTM(inputSize: 6, hiddenSize: 4, bidirectional: true, batchFirst: true);
        var tensors = given.named_parameters().ToDictionary(one => one.name, one => one.parameter);
        var input = randn([7, 6], generator: generator);
        LstmDirection Direction(string suffix) => new(
            tensors[$"weight_ih_l0{suffix}"], tensors[$"weight_hh_l0{suffix}"], tensors[$"bias_ih_l0{suffix}"], tensors[$"bias_hh_l0{suffix}"]);

        var found = new BidirectionalLstm(Direction(""), Direction("_reverse")).Read(input);

        var expected = given.call(input.unsqueeze(0)).Item2.reshape(-1);
        TensorAssert.Close("states", expected, found, 1e-6);
        var weights = tensors.Values.Cast<Tensor>().ToArray();
        var (wanted, slopes) = (autograd.grad([expected.square().sum()], weights), autograd.grad([found.square().sum()], weights));
        foreach (var (name, at) in tensors.Keys.Select((name, at) => (name, at)))
            TensorAssert.Close(name, wanted[at], slopes[at], 1e-5);
    }
}
