namespace Amend.Tensors;

/// <summary>
/// A failure that a user can act on: its message says in one sentence what was asked, what was found and what to do.
/// The command line prints it without a stack trace and exits with 2.
/// </summary>
public class AmendException : Exception
{
    /// <summary>Creates the failure with its sentence.</summary>
    public AmendException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the failure with its sentence and what caused it.</summary>
    public AmendException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
