using Amend.Tensors;

namespace Amend.Server.Serving;

/// <summary>A model has as much to do as may wait, or is about to stop; the same call may succeed later.</summary>
public sealed class ModelBusyException : AmendException
{
    /// <summary>Creates the refusal.</summary>
    /// <param name="message">What was asked and what was found.</param>
    /// <param name="isStopping">Whether the server stops.</param>
    public ModelBusyException(string message, bool isStopping = false)
        : base(message) => IsStopping = isStopping;

    /// <summary>Whether the server stops, so that no later call of this process succeeds.</summary>
    public bool IsStopping { get; }

    /// <summary>After how long another try makes sense.</summary>
    public TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(1);
}
