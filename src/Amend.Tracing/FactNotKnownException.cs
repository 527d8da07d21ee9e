using Amend.Tensors;

namespace Amend.Tracing;

/// <summary>The model does not answer a fact rightly, so there is no recall to trace.</summary>
public sealed class FactNotKnownException : AmendException
{
    /// <summary>Creates the failure with its sentence.</summary>
    public FactNotKnownException(string message)
        : base(message)
    {
    }
}
