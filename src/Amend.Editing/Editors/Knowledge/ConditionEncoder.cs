using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// Reads what is to change as one vector: embedding, bidirectional LSTM, linear map, tanh (De Cao et al. 2021, section 3.2). It reads
/// the network's tensors, which own themselves.
/// </summary>
internal sealed class ConditionEncoder
{
    private const string Lstm = "condition.lstm.";
    private readonly Tensor _embedding_VI;
    private readonly BidirectionalLstm _lstm;
    private readonly Tensor _map_CS;
    private readonly Tensor _bias_C;

    /// <summary>Takes its parameters by the names that the authors' code gives them.</summary>
    /// <param name="tensors">The network's tensors; they stay the caller's.</param>
    public ConditionEncoder(NetworkTensors tensors)
    {
        _embedding_VI = tensors[Embedding];
        _lstm = new BidirectionalLstm(Direction(tensors, ""), Direction(tensors, "_reverse"));
        (_map_CS, _bias_C) = (tensors[$"{Map}.weight"], tensors[$"{Map}.bias"]);
    }

    /// <summary>The name of the embedding table, <c>[V,I]</c>.</summary>
    public static string Embedding => "condition.embedding.weight";

    private static string Map => "condition.linear.linear";

    /// <summary>Draws the parameters; the embedding is a copy of the model's.</summary>
    /// <param name="draw">Draws and keeps tensors.</param>
    /// <param name="embedding">The model's token embedding, <c>[V,I]</c>; it stays the caller's.</param>
    /// <param name="sizes">H and C.</param>
    public static void Initialize(NetworkDraw draw, Tensor embedding, NetworkSizes sizes)
    {
        draw.Copy(Embedding, embedding);
        var (width, gates, bound) = (embedding.shape[1], 4L * sizes.Hidden, 1 / Math.Sqrt(sizes.Hidden));
        foreach (var direction in (string[])["", "_reverse"])
        {
            draw.Uniform($"{Lstm}weight_ih_l0{direction}", bound, gates, width);
            draw.Uniform($"{Lstm}weight_hh_l0{direction}", bound, gates, sizes.Hidden);
            draw.Uniform($"{Lstm}bias_ih_l0{direction}", bound, gates);
            draw.Uniform($"{Lstm}bias_hh_l0{direction}", bound, gates);
        }

        var mapBound = 1 / Math.Sqrt(2 * sizes.Hidden);
        draw.Uniform($"{Map}.weight", mapBound, sizes.Condition, 2L * sizes.Hidden);
        draw.Uniform($"{Map}.bias", mapBound, sizes.Condition);
    }

    /// <summary>The condition of a text.</summary>
    /// <param name="ids">Its token ids, at least one.</param>
    /// <returns><c>[C]</c> with gradients, in the caller's dispose scope.</returns>
    public Tensor Read(IReadOnlyList<int> ids)
    {
        using var scope = NewDisposeScope();
        var ids_T = tensor(ids.Select(id => (long)id).ToArray(), device: _embedding_VI.device);
        var states_S = _lstm.Read(_embedding_VI.index_select(0, ids_T));
        return nn.functional.linear(states_S, _map_CS, _bias_C).tanh().MoveToOuterDisposeScope();
    }

    private static LstmDirection Direction(NetworkTensors tensors, string suffix) => new(
        tensors[$"{Lstm}weight_ih_l0{suffix}"], tensors[$"{Lstm}weight_hh_l0{suffix}"],
        tensors[$"{Lstm}bias_ih_l0{suffix}"], tensors[$"{Lstm}bias_hh_l0{suffix}"]);
}
