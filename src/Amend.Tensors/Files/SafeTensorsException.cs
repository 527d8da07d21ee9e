namespace Amend.Tensors.Files;

/// <summary>A safetensors file that cannot be read: the sentence names file, tensor and numbers.</summary>
public sealed class SafeTensorsException : AmendException
{
    /// <summary>Creates the failure with its kind, its sentence and, where there is one, what caused it.</summary>
    public SafeTensorsException(SafeTensorsError error, string message, Exception? inner = null)
        : base(message, inner!)
    {
        Error = error;
    }

    /// <summary>Which failure it is.</summary>
    public SafeTensorsError Error { get; }

    internal static SafeTensorsException Broken(
        SafeTensorsError error,
        string file,
        string found,
        string advice = "download or write the file again",
        Exception? inner = null) =>
        new(error, $"Cannot read '{file}' as safetensors: {found}; {advice}.", inner);
}
