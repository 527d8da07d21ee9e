using Amend.Models.Scoring;

namespace Amend.Tracing.Results;

/// <summary>What a model says in the runs of one cell of a trace: the likeliest tokens of the answer's first place.</summary>
/// <param name="Kind">What was restored, see <see cref="TraceKind"/>.</param>
/// <param name="Token">The restored token, from 0.</param>
/// <param name="Layer">The restored layer, from 0.</param>
/// <param name="Clean">Clean.</param>
/// <param name="Corrupted">With noise on the subject, the mean over the samples.</param>
/// <param name="Restored">With noise and the cell restored, the mean over the samples.</param>
public sealed record RestoredAnswer(
    string Kind,
    int Token,
    int Layer,
    IReadOnlyList<TokenProbability> Clean,
    IReadOnlyList<TokenProbability> Corrupted,
    IReadOnlyList<TokenProbability> Restored);
