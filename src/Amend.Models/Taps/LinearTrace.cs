using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>
/// Keeps what goes into and comes out of linear layers, within the graph of gradients, call by call of every pass while it is open:
/// the gradient of a loss with respect to a weight is Σ δ uᵀ over all tokens, where u is the layer's input and δ the gradient with
/// respect to its output (Mitchell et al. 2022, section 3.2). It owns what it keeps.
/// </summary>
public sealed class LinearTrace : Intervention
{
    private readonly Dictionary<string, List<LinearCall>> _calls = new(StringComparer.Ordinal);

    /// <summary>Opens a trace of linear layers.</summary>
    /// <param name="taps">The model's taps.</param>
    /// <param name="weights">The names of the layers' weights.</param>
    /// <exception cref="Tensors.AmendException">A name is no linear layer's.</exception>
    public LinearTrace(TapSet taps, params IEnumerable<string> weights)
        : base(taps)
    {
        foreach (var weight in weights)
            Trace(weight);
    }

    /// <summary>The layer's calls, in the order of the passes.</summary>
    /// <exception cref="InvalidOperationException">The layer is not traced.</exception>
    public IReadOnlyList<LinearCall> this[string weight] => _calls.TryGetValue(weight, out var calls)
        ? calls
        : throw new InvalidOperationException($"'{weight}' is not traced; traced: {string.Join(", ", _calls.Keys)}.");

    /// <summary>
    /// Each layer's input u and the gradient δ of a loss with respect to its output, token by token of all calls; layers that were not
    /// called are left out.
    /// </summary>
    /// <param name="loss">A scalar that was computed from the traced passes with gradients enabled.</param>
    /// <returns>By the weight's name; in the caller's dispose scope. A call that the loss does not depend on has a δ of zeros.</returns>
    public IReadOnlyDictionary<string, LinearGradient> Gradients(Tensor loss)
    {
        using var scope = NewDisposeScope();
        var called = _calls.Where(layer => layer.Value.Count > 0).ToList();
        Tensor[] outputs = [.. called.SelectMany(layer => layer.Value).Select(call => call.Output)];
        if (outputs.Length == 0)
            return new Dictionary<string, LinearGradient>();
        var gradients = Tensors.Optimization.Gradients.Of(loss, outputs, keepsGraph: true);
        var (result, at) = (new Dictionary<string, LinearGradient>(StringComparer.Ordinal), 0);
        foreach (var (weight, calls) in called)
        {
            var inputs_NI = cat([.. calls.Select(call => Flat(call.Input))], 0);
            var gradients_NO = cat([.. calls.Select(_ => Flat(gradients[at++]))], 0);
            result[weight] = new LinearGradient(inputs_NI.MoveToOuterDisposeScope(), gradients_NO.MoveToOuterDisposeScope());
        }

        return result;
    }

    internal override Tensor Visit(string weight, Tensor input, Tensor output)
    {
        if (!_calls.TryGetValue(weight, out var calls))
            return output;
        // The layer may be the first thing in the graph: all parameters are without gradients unless someone asks for theirs.
        if (!output.requires_grad && is_grad_enabled())
            output.requires_grad_(true);
        calls.Add(new LinearCall(input.alias().DetachFromDisposeScope(), output.DetachFromDisposeScope()));
        return output.alias();
    }

    private protected override void Free()
    {
        foreach (var call in _calls.Values.SelectMany(calls => calls))
        {
            call.Input.Dispose();
            call.Output.Dispose();
        }

        _calls.Clear();
    }

    private void Trace(string weight)
    {
        try
        {
            Taps.RequireLinear(weight);
        }
        catch
        {
            Dispose();
            throw;
        }

        _calls.TryAdd(weight, []);
    }

    private static Tensor Flat(Tensor value) => value.reshape(-1, value.shape[^1]);
}

/// <summary>One call of a linear layer, within the graph; both tensors belong to the trace.</summary>
/// <param name="Input">What went in, <c>[..,in]</c>.</param>
/// <param name="Output">What came out, <c>[..,out]</c>.</param>
public sealed record LinearCall(Tensor Input, Tensor Output);

/// <summary>The gradient of a loss with respect to a linear layer's weight, δᵀ u, as its factors.</summary>
/// <param name="Input">The layer's input at each token, u, <c>[N,in]</c>, within the graph of the pass.</param>
/// <param name="Output">The gradient with respect to its output at each token, δ, <c>[N,out]</c>.</param>
public sealed record LinearGradient(Tensor Input, Tensor Output);
