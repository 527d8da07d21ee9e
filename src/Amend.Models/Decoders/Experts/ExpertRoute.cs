using static TorchSharp.torch;

namespace Amend.Models.Decoders.Experts;

/// <summary>Which tokens go through which expert: the places of all choices, expert by expert.</summary>
internal sealed class ExpertRoute
{
    private readonly List<(int Expert, Tensor Places)> _experts = [];
    private readonly Tensor _back;

    /// <summary>Sorts choices by expert; the tensors are in the caller's dispose scope.</summary>
    /// <param name="choice">The experts of each token, int64 <c>[B,T,k]</c>.</param>
    public ExpertRoute(Tensor choice)
    {
        long[] experts = [.. choice.cpu().flatten().data<long>()];
        long[] places = [.. Enumerable.Range(0, experts.Length).OrderBy(place => experts[place]).Select(place => (long)place)];
        foreach (var one in places.GroupBy(place => experts[place]))
            _experts.Add(((int)one.Key, tensor(one.ToArray(), device: choice.device)));
        var back = new long[places.Length];
        for (var i = 0; i < places.Length; i++)
            back[places[i]] = i;
        _back = tensor(back, device: choice.device);
    }

    /// <summary>Takes each choice's row through its expert.</summary>
    /// <param name="rows">The rows, <c>[N,..]</c>.</param>
    /// <param name="sharing">How many choices in order read one row: all of a token, or 1 where each has its own.</param>
    /// <param name="through">From an expert and its rows to what it makes of them.</param>
    /// <returns>What became of each choice, in the order of the choices, in the caller's dispose scope.</returns>
    public Tensor Take(Tensor rows, long sharing, Func<int, Tensor, Tensor> through)
    {
        Tensor[] made = [.. _experts.Select(one => through(
            one.Expert, rows.index_select(0, sharing == 1 ? one.Places : one.Places.div(sharing, RoundingMode.floor))))];
        return cat(made, 0).index_select(0, _back);
    }
}
