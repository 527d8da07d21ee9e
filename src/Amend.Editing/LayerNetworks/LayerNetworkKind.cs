using Amend.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Editing.LayerNetworks;

/// <summary>A kind of network at a layer, as functions of its parameters.</summary>
/// <param name="Name">Its name in files.</param>
/// <param name="Begin">Draws its first parameters, by name, for a form and the layer's numbers of inputs and outputs.</param>
/// <param name="Answer">What it gives for inputs at prompts' ends, <c>[E,in]</c>: its share of the output, and its value.</param>
internal sealed record LayerNetworkKind(
    string Name,
    Func<LayerNetworkForm, long, long, IReadOnlyDictionary<string, Tensor>> Begin,
    Func<LayerNetworkForm, IReadOnlyDictionary<string, Tensor>, Tensor, bool, (Tensor Share_E1, Tensor Value_EO)> Answer)
{
    /// <summary>
    /// Defer (Hartvigsen et al. 2023, after SERAC, Mitchell et al. 2022; <c>grace/editors/defer.py</c> of Thartvigsen/GRACE): a linear
    /// gate and a linear value of the prompt's last token. In training the sigmoid of the gate is the value's share; else the value
    /// takes the whole place where it reaches the threshold.
    /// </summary>
    public static LayerNetworkKind Defer { get; } = new(
        "defer",
        (form, inputs, outputs) =>
        {
            using var generator = new Generator((ulong)form.Seed, CPU);
            return new Dictionary<string, Tensor>
            {
                ["gate"] = Uniform(generator, inputs, 1, inputs),
                ["gate_bias"] = Uniform(generator, inputs, 1),
                ["value"] = Uniform(generator, inputs, outputs, inputs),
                ["value_bias"] = Uniform(generator, inputs, outputs),
            };
        },
        (form, parameters, query_EI, isTraining) =>
        {
            var gate_E1 = linear(query_EI, parameters["gate"], parameters["gate_bias"]).sigmoid();
            var share_E1 = isTraining ? gate_E1 : gate_E1.ge(form.Threshold).to(float32);
            return (share_E1, linear(query_EI, parameters["value"], parameters["value_bias"]));
        });

    /// <summary>
    /// A memory network (<c>grace/editors/memory.py</c> of Thartvigsen/GRACE): the softmax of a linear map of the prompt's last token
    /// mixes learned values, and the mixture always takes the place of the output.
    /// </summary>
    public static LayerNetworkKind Memory { get; } = new(
        "memory",
        (form, inputs, outputs) =>
        {
            using var generator = new Generator((ulong)form.Seed, CPU);
            return new Dictionary<string, Tensor>
            {
                ["key"] = Uniform(generator, inputs, form.Keys, inputs),
                ["key_bias"] = Uniform(generator, inputs, form.Keys),
                ["values"] = rand([form.Keys, outputs], generator: generator),
            };
        },
        (form, parameters, query_EI, isTraining) =>
        {
            var weights_EN = softmax(linear(query_EI, parameters["key"], parameters["key_bias"]), -1);
            return (ones(query_EI.shape[0], 1, device: query_EI.device), weights_EN.matmul(parameters["values"]));
        });

    /// <summary>All of them.</summary>
    public static Registry<LayerNetworkKind> All { get; } = new("network at a layer", kind => kind.Name, [Defer, Memory]);

    /// <summary>As PyTorch begins a linear map of so many inputs: uniform in ±1/√in.</summary>
    private static Tensor Uniform(Generator generator, long inputs, params long[] shape) =>
        ((2 * rand(shape, generator: generator)) - 1) / Math.Sqrt(inputs);
}
