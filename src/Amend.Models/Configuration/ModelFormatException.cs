using Amend.Tensors;

namespace Amend.Models.Configuration;

/// <summary>A model folder that cannot be read as asked: names the file and the key, what was found and what to do.</summary>
public sealed class ModelFormatException : AmendException
{
    /// <summary>Creates the failure with its sentence.</summary>
    public ModelFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the failure with its sentence and what caused it.</summary>
    public ModelFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
