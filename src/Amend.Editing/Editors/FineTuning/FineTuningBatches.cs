using Amend.Models;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>The mini-batches of each pass over the requests: the same in each, or drawn anew. Owns its batches.</summary>
internal sealed class FineTuningBatches : IDisposable
{
    private readonly LanguageModel _model;
    private readonly EditRequest[] _requests;
    private readonly FineTuningObjective _objective;
    private readonly int _size;
    private readonly Random? _random;
    private readonly List<FineTuningBatch> _batches = [];

    /// <summary>Makes the batches of the first pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="requests">At least one.</param>
    /// <param name="objective">Where targets are scored.</param>
    /// <param name="size">Requests a batch.</param>
    /// <param name="shuffleSeed">Draws each pass's order; null keeps that of the requests.</param>
    /// <exception cref="Tensors.AmendException">A prompt is empty, or exceeds the model's context.</exception>
    public FineTuningBatches(LanguageModel model, IReadOnlyList<EditRequest> requests, FineTuningObjective objective, int size, int? shuffleSeed)
    {
        (_model, _requests, _objective, _size) = (model, [.. requests], objective, size);
        _random = shuffleSeed is { } seed ? new Random(seed) : null;
        Draw();
    }

    /// <summary>The number of requests.</summary>
    public int Requests => _requests.Length;

    /// <summary>The batches of a pass; they live until the next is asked for.</summary>
    /// <param name="pass">The pass, from 0, in order.</param>
    public IReadOnlyList<FineTuningBatch> OfPass(int pass)
    {
        if (pass > 0 && _random is not null)
            Draw();
        return _batches;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.ForEach(batch => batch.Dispose());
        _batches.Clear();
    }

    private void Draw()
    {
        Dispose();
        _random?.Shuffle(_requests);
        try
        {
            foreach (var chunk in _requests.Chunk(_size))
                _batches.Add(FineTuningBatch.Create(_model, chunk, _objective));
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
