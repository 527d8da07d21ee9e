using Amend.Tensors;

namespace Amend.Cli.CommandLine;

/// <summary>A value on the command line that cannot be used, whatever the model: exit code 1.</summary>
internal sealed class UsageException : AmendException
{
    /// <summary>Creates the failure with its sentence.</summary>
    public UsageException(string message)
        : base(message)
    {
    }

    private UsageException(AmendException cause)
        : base(cause.Message, cause)
    {
    }

    /// <summary>Reads values of the command line; what they are refused for is the command line's fault.</summary>
    public static T In<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AmendException e) when (e is not UsageException)
        {
            throw new UsageException(e);
        }
    }
}
