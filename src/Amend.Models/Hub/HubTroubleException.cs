namespace Amend.Models.Hub;

/// <summary>A failure of the network or the hub that may pass: the request is tried again.</summary>
internal sealed class HubTroubleException : Exception
{
    /// <summary>Creates the failure with what was found, as the part of a sentence.</summary>
    public HubTroubleException(string found, TimeSpan? after = null, Exception? inner = null)
        : base(found, inner) => After = after;

    /// <summary>How long the hub asks to wait.</summary>
    public TimeSpan? After { get; }
}
