using Amend.Editing.Governance;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>How a run is guarded.</summary>
/// <param name="Limits">What is allowed.</param>
/// <param name="OnBreach">What follows a write outside the limits.</param>
public sealed record GuardPlan(GuardLimits Limits, OnBreach OnBreach)
{
    private const string Choice = "on-breach=";

    /// <summary>Reads limits over the defaults, and among them <c>on-breach=stop</c> (the default) or <c>on-breach=revert</c>.</summary>
    /// <exception cref="AmendException">A limit is wrong, or the choice is unknown.</exception>
    public static GuardPlan Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToLookup(part => part.StartsWith(Choice, StringComparison.Ordinal));
        string[] chosen = [.. parts[true].Select(part => part[Choice.Length..])];
        var onBreach = OnBreach.Stop;
        if (chosen.Length > 1
            || (chosen is [var name] && (!Enum.TryParse(name, ignoreCase: true, out onBreach) || !Enum.IsDefined(onBreach))))
            throw new AmendException(
                $"The guard's on-breach cannot be '{string.Join("' and '", chosen)}'; "
                + $"give {string.Join(" or ", Enum.GetNames<OnBreach>()).ToLowerInvariant()}.");
        return new GuardPlan(GuardLimits.Parse(string.Join(',', parts[false])), onBreach);
    }
}

/// <summary>What a run does after a write outside the limits, which it takes back in both cases.</summary>
public enum OnBreach
{
    /// <summary>Ends the row there: its figures are of the cases before.</summary>
    Stop,

    /// <summary>Goes on with the next batch: the cases of this one are measured without their edit.</summary>
    Revert,
}
