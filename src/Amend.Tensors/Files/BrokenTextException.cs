namespace Amend.Tensors.Files;

/// <summary>A compressed text whose data is broken: nothing behind the place can be read.</summary>
public sealed class BrokenTextException : AmendException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence with the file and what to do.</param>
    /// <param name="cause">What decompressing met.</param>
    public BrokenTextException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
