using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// Measures how far what a model expects in one state is from what it expects in another: at each place
/// <c>KL(P_A ‖ P_B) = Σ P_A (log P_A - log P_B)</c> in nats, computed in float64.
/// </summary>
/// <param name="places">Where the model is read.</param>
public sealed class DivergenceMeter(TextPlaces places)
{
    private const int RowsAtOnce = 64;
    private const int MostFar = 5;

    private readonly List<(double Kl, int TopA, int TopB)> _found = [];

    /// <summary>Takes in what the two states give at the places of the next pass.</summary>
    /// <param name="logitsA_NC">Logits of the one, <c>[N,C]</c>; they stay the caller's.</param>
    /// <param name="logitsB_NC">Logits of the other, of the same shape.</param>
    public void Add(Tensor logitsA_NC, Tensor logitsB_NC)
    {
        for (long from = 0; from < logitsA_NC.shape[0]; from += RowsAtOnce)
        {
            using var none = no_grad();
            using var scope = NewDisposeScope();
            var rows = Math.Min(RowsAtOnce, logitsA_NC.shape[0] - from);
            AddRows(logitsA_NC.narrow(0, from, rows), logitsB_NC.narrow(0, from, rows));
        }
    }

    /// <summary>What was found.</summary>
    /// <exception cref="InvalidOperationException">Not all passes were taken in.</exception>
    public Divergence Result()
    {
        if (_found.Count != places.Count)
        {
            throw new InvalidOperationException(
                $"The divergence at {places.Count} places was asked, and {_found.Count} were taken in; add every pass first.");
        }

        return new Divergence(
            places.Count,
            places.Count > 0 ? _found.Average(place => place.Kl) : 0,
            places.Count > 0 ? _found.Average(place => place.TopA == place.TopB ? 0.0 : 1) : 0)
        {
            Furthest =
            [
                .. _found.Index()
                    .Where(place => place.Item.Kl > 0)
                    .OrderByDescending(place => place.Item.Kl)
                    .Take(MostFar)
                    .Select(place => Far(place.Index, place.Item)),
            ],
        };
    }

    private DivergedPlace Far(int place, (double Kl, int TopA, int TopB) found) =>
        new(places.TextAt(place), found.Kl, places.Outcome(found.TopA), places.Outcome(found.TopB));

    private void AddRows(Tensor logitsA_NC, Tensor logitsB_NC)
    {
        var logA_NC = nn.functional.log_softmax(logitsA_NC.to(float64), -1);
        var logB_NC = nn.functional.log_softmax(logitsB_NC.to(float64), -1);
        var kl_N = (logA_NC.exp() * (logA_NC - logB_NC)).sum([-1]).cpu().data<double>().ToArray();
        var topA_N = logitsA_NC.argmax(-1).cpu().data<long>().ToArray();
        var topB_N = logitsB_NC.argmax(-1).cpu().data<long>().ToArray();
        for (var row = 0; row < kl_N.Length; row++)
            _found.Add((Math.Max(0, kl_N[row]), (int)topA_N[row], (int)topB_N[row])); // Rounding can leave a zero slightly below zero.
    }
}

/// <summary>How far two states of a model are apart in what they expect.</summary>
/// <param name="Places">At how many places they were read.</param>
/// <param name="Kl">KL(P_A ‖ P_B), the mean over the places, in nats.</param>
/// <param name="TopDiffers">The share of places at which another outcome is the likeliest, 0 to 1.</param>
public sealed record Divergence(int Places, double Kl, double TopDiffers)
{
    /// <summary>The places at which they are furthest apart, the furthest first; none where they are nowhere apart.</summary>
    public IReadOnlyList<DivergedPlace> Furthest { get; init; } = [];
}

/// <summary>A place at which two states of a model expect different things.</summary>
/// <param name="Text">What was read up to it.</param>
/// <param name="Kl">KL(P_A ‖ P_B) there, in nats.</param>
/// <param name="TopA">What the one takes for likeliest.</param>
/// <param name="TopB">What the other takes for likeliest.</param>
public sealed record DivergedPlace(string Text, double Kl, string TopA, string TopB);
