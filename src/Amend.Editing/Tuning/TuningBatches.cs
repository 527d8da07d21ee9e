using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Editing.Tuning;

/// <summary>The mini-batches of each pass over the requests: the same in each, or drawn anew. Owns its batches.</summary>
internal sealed class TuningBatches : IDisposable
{
    private readonly LanguageModel _model;
    private readonly EditRequest[] _requests;
    private readonly TargetReading _reading;
    private readonly int _size;
    private readonly Random? _random;
    private readonly List<TargetBatch> _batches = [];

    /// <summary>Makes the batches of the first pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="requests">At least one.</param>
    /// <param name="reading">Where a decoder's targets are read.</param>
    /// <param name="size">Requests a batch.</param>
    /// <param name="shuffleSeed">Draws each pass's order; null keeps that of the requests.</param>
    /// <exception cref="Tensors.AmendException">
    /// A prompt or target cannot be used with the model, see <see cref="TargetBatch.Create(LanguageModel,
    /// IReadOnlyList{ValueTuple{string, string}}, TargetReading)"/>.
    /// </exception>
    public TuningBatches(LanguageModel model, IReadOnlyList<EditRequest> requests, TargetReading reading, int size, int? shuffleSeed)
    {
        (_model, _requests, _reading, _size) = (model, [.. requests], reading, size);
        _random = shuffleSeed is { } seed ? new Random(seed) : null;
        Draw();
    }

    /// <summary>The number of requests.</summary>
    public int Requests => _requests.Length;

    /// <summary>The batches of a pass; they live until the next is asked for.</summary>
    /// <param name="pass">The pass, from 0, in order.</param>
    public IReadOnlyList<TargetBatch> OfPass(int pass)
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
                _batches.Add(TargetBatch.Create(_model, [.. chunk.Select(request => (request.FilledPrompt, request.TargetNew))], _reading));
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
