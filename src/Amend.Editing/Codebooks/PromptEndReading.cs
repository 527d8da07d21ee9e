using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Codebooks;

/// <summary>
/// What a linear layer is given and gives out, without any adaptor on it, at the last token of a batch's only prompt: an entry's key, and
/// the value of a warm start.
/// </summary>
internal sealed class PromptEndReading : IAdaptor, IDisposable
{
    private Tensor? _key;
    private Tensor? _output;

    private PromptEndReading()
    {
    }

    /// <summary>The input, <c>[in]</c>, float32 on the CPU; it belongs to this.</summary>
    public Tensor Key => _key ?? throw NotRead();

    /// <summary>The output, <c>[out]</c>, float32 on the CPU; it belongs to this.</summary>
    public Tensor Output => _output ?? throw NotRead();

    /// <summary>Reads in one pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">One prompt with its target.</param>
    /// <param name="weight">The name of the layer's weight.</param>
    /// <returns>What was read; the caller disposes.</returns>
    public static PromptEndReading Take(LanguageModel model, TargetBatch batch, string weight)
    {
        var reading = new PromptEndReading();
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var view = model.View().Adapt(weight, reading);
        try
        {
            _ = batch.Loss();
            return reading;
        }
        catch
        {
            reading.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
    {
        using var scope = NewDisposeScope();
        var end = PromptPlaces.Of(pass!).Ends.Single();
        Dispose();
        (_key, _output) = (At(input), At(output));
        return output;

        Tensor At(Tensor value) => value[end.Row, end.Token].detach().cpu().to(float32, copy: true).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key?.Dispose();
        _output?.Dispose();
    }

    private static InvalidOperationException NotRead() => new(
        "An input of a layer was asked for that no pass has come to; open the reading with Take.");
}
