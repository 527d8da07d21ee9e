using Amend.Models.Passes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.LayerNetworks;

/// <summary>
/// A small network at a linear layer that answers for it: what it makes of the layer's input at a prompt's last token takes a share of the
/// output at all tokens of the prompt and those that follow it. Its parameters are what it began as and the changes of its
/// edits, added in their order.
/// </summary>
/// <param name="form">What it is.</param>
/// <param name="parameters">Its parameters by name, which it owns.</param>
internal sealed class LayerNetwork(LayerNetworkForm form, IReadOnlyDictionary<string, Tensor> parameters) : IAdaptor, IDisposable
{
    private readonly LayerNetworkKind _kind = LayerNetworkKind.All.Find(form.Kind);

    /// <summary>What it is.</summary>
    public LayerNetworkForm Form { get; } = form;

    /// <summary>Its parameters by name, float32; they belong to this.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters { get; } = parameters;

    /// <summary>Whether it is being trained, so that gates are soft.</summary>
    public bool IsTraining { get; init; }

    /// <summary>A network as it begins, for a layer of so many inputs and outputs; the caller disposes.</summary>
    public static LayerNetwork Begin(LayerNetworkForm form, long inputs, long outputs)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var begun = LayerNetworkKind.All.Find(form.Kind).Begin(form, inputs, outputs);
        return new LayerNetwork(form, begun.ToDictionary(one => one.Key, one => one.Value.DetachFromDisposeScope()));
    }

    /// <inheritdoc/>
    public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
    {
        if (pass is null)
            return output;
        using var scope = NewDisposeScope();
        var places = PromptPlaces.Of(pass);
        var query_EI = Queries(input, pass, places);
        var (share_E1, value_EO) = _kind.Answer(Form, On(input.device), query_EI, IsTraining);
        var tokens = (int)input.shape[0] * places.Tokens;
        var end_N = tensor(Enumerable.Range(0, tokens).Select(at => (long)Math.Max(places.EndOf(at), 0)).ToArray(), device: input.device);
        bool[] belongs = [.. Enumerable.Range(0, tokens).Select(at => places.EndOf(at) >= 0)];
        var belongs_BT1 = tensor(belongs, input.shape[0], places.Tokens, 1, device: input.device);
        var share_BT1 = share_E1.index_select(0, end_N).view(input.shape[0], places.Tokens, 1);
        var value_BTO = value_EO.index_select(0, end_N).view(input.shape[0], places.Tokens, -1);
        var mixed_BTO = (share_BT1 * value_BTO) + ((1 - share_BT1) * output.to(float32));
        return where(belongs_BT1, mixed_BTO.to(output.dtype), output).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in Parameters.Values)
            parameter.Dispose();
    }

    private IReadOnlyDictionary<string, Tensor> On(Device device) =>
        device.type == TorchSharp.DeviceType.CPU ? Parameters : Parameters.ToDictionary(one => one.Key, one => one.Value.to(device));

    /// <summary>The layer's input at each prompt's end, <c>[E,in]</c>: of this pass, or as an earlier one had it.</summary>
    private Tensor Queries(Tensor input, AttentionScope pass, PromptPlaces places)
    {
        var rows_E = tensor(places.Ends.Select(end => (long)end.Row).ToArray(), device: input.device);
        if (!places.Ends.All(end => end.IsPresent))
        {
            var noted_BI = pass.Cache?.NoteOf(this) ?? throw new InvalidOperationException(
                "A pass goes on behind prompts whose ends no earlier pass with its cache has come to; begin it at the prompts.");
            return noted_BI.index_select(0, rows_E);
        }

        var tokens_E = tensor(places.Ends.Select(end => (long)end.Token).ToArray(), device: input.device);
        var query_EI = input.index(TensorIndex.Tensor(rows_E), TensorIndex.Tensor(tokens_E)).to(float32);
        if (pass.Cache is { } cache && places.Ends.Count == input.shape[0])
            cache.Note(this, query_EI);
        return query_EI;
    }
}
