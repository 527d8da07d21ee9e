namespace Amend.Models.Layers;

/// <summary>
/// Rotary frequencies that depend on how long a sequence is: of a longer one all tokens are turned otherwise, so that keys of a
/// shorter one cannot be kept for it.
/// </summary>
/// <param name="Beyond">The most tokens that the first frequencies hold for.</param>
/// <param name="FrequenciesAt">The frequencies of a sequence of so many tokens, R/2, in radians a token.</param>
public sealed record RotaryStretch(int Beyond, Func<int, IReadOnlyList<float>> FrequenciesAt);
