using Amend.Tensors;

namespace Amend.Editing.Governance;

/// <summary>An edit that a guard refused; it was taken back.</summary>
public sealed class GuardException : AmendException
{
    /// <summary>Creates the refusal of a breach.</summary>
    public GuardException(GuardBreach breach)
        : base(
            $"The edit was taken back, because {breach.Reason}; edit with weaker settings, "
            + $"or allow it with --guard {breach.Measure}=VALUE or {breach.Measure}=off.") => Breach = breach;

    /// <summary>The measure outside its limit.</summary>
    public GuardBreach Breach { get; }
}
