using Amend.Tensors;

namespace Amend.Server.Serving;

/// <summary>Something was asked for by a name or id that the server does not have.</summary>
public sealed class NotServedException : AmendException
{
    /// <summary>Creates the refusal with its sentence.</summary>
    public NotServedException(string message)
        : base(message)
    {
    }
}
