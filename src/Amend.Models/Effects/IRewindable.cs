using Amend.Models.Taps;

namespace Amend.Models.Effects;

/// <summary>An adaptor that keeps what it was after each effect, so that the last ones can be taken back without folding anew.</summary>
public interface IRewindable : IAdaptor
{
    /// <summary>Goes back to what its first effects had folded into, bit for bit.</summary>
    /// <param name="effects">How many effects remain; at least one, and at most as many as were folded into it.</param>
    void Rewind(int effects);
}
