using Amend.Tensors;

namespace Amend.Atlas.Facts;

/// <summary>A world folder that breaks its form: names the file, what was found and what to do.</summary>
public sealed class WorldFormatException : AmendException
{
    /// <summary>Creates the failure with its sentence.</summary>
    public WorldFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the failure with its sentence and what caused it.</summary>
    public WorldFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
