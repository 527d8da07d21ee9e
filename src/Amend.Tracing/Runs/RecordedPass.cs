using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Tracing.Runs;

/// <summary>
/// A whole pass over copies of one sequence with everything that restored runs take from it: the residual stream before and after
/// every block, outputs of chosen sites, keys and values. Owns its tensors.
/// </summary>
internal sealed class RecordedPass : IDisposable
{
    private readonly Dictionary<Site, Tensor> _outputs;
    private readonly Tensor[] _hidden;

    private RecordedPass(Dictionary<Site, Tensor> outputs, Tensor[] hidden, KeyValueCache past, int rows)
    {
        _outputs = outputs;
        _hidden = hidden;
        Past = past;
        Rows = rows;
    }

    /// <summary>Keys and values of all tokens.</summary>
    public KeyValueCache Past { get; }

    /// <summary>Copies of the sequence, B.</summary>
    public int Rows { get; }

    /// <summary>Runs the pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sequence">The fact's tokens, N.</param>
    /// <param name="sites">Kinds of sites whose outputs are kept, at every layer.</param>
    /// <param name="noise">Noise on the subject's embeddings, <c>[B,M,D]</c>, a copy each; null for one clean copy.</param>
    /// <param name="replace">Whether the noise takes the embeddings' place.</param>
    public static RecordedPass Run(
        LanguageModel model, FactTokens sequence, IReadOnlyCollection<SiteKind> sites, Tensor? noise = null, bool replace = false)
    {
        var rows = noise is null ? 1 : (int)noise.shape[0];
        Site[] kept = [.. sites.SelectMany(site => Enumerable.Range(0, model.Shape.Layers).Select(layer => new Site(site, layer)))];
        using var trace = model.Trace().Capture(kept);
        var past = new KeyValueCache();
        var hidden = new List<Tensor>();
        try
        {
            using var scope = NewDisposeScope();
            if (noise is not null)
                trace.Replace(Site.Embedding, value => Corrupt(value, noise, sequence, replace));
            var ids = tensor(sequence.Ids.Select(id => (long)id).ToArray(), 1, sequence.Ids.Count, device: model.Device).expand(rows, -1);
            var attention = sequence.Ending(AttentionScope.Causal(ones_like(ids, dtype: ScalarType.Bool), sequence.Ids.Count, past));
            hidden.Add(model.RequireDecoder("Tracing").Embed(ids, attention.Positions).DetachFromDisposeScope());
            for (var layer = 0; layer < model.Shape.Layers; layer++)
                hidden.Add(model.RequireDecoder("Tracing").Blocks(hidden[layer], attention, layer, layer + 1).DetachFromDisposeScope());
            var taken = kept.ToDictionary(site => site, site => trace[site].alias().DetachFromDisposeScope());
            return new RecordedPass(taken, [.. hidden], past.Freeze(), rows);
        }
        catch
        {
            past.Dispose();
            hidden.ForEach(state => state.Dispose());
            throw;
        }
    }

    /// <summary>The residual stream before a block, <c>[B,N,D]</c>; the last block's output at L.</summary>
    public Tensor Before(int layer) => _hidden[layer];

    /// <summary>The residual stream after a block, <c>[B,N,D]</c>.</summary>
    public Tensor After(int layer) => _hidden[layer + 1];

    /// <summary>The output of a site at a layer, <c>[B,N,D]</c>; of a block without having been kept.</summary>
    public Tensor Output(SiteKind site, int layer) => site == SiteKind.BlockOut ? After(layer) : _outputs[new Site(site, layer)];

    /// <inheritdoc/>
    public void Dispose()
    {
        Past.Dispose();
        foreach (var state in _hidden.Concat(_outputs.Values))
            state.Dispose();
    }

    private static Tensor Corrupt(Tensor embeddings, Tensor noise, FactTokens sequence, bool replace)
    {
        var corrupted = embeddings.clone();
        var ofSubject = corrupted.narrow(1, sequence.SubjectStart, sequence.SubjectLength);
        var onDevice = noise.to(embeddings.device);
        ofSubject.copy_(replace ? onDevice : ofSubject + onDevice);
        return corrupted;
    }
}
