namespace Amend.Tensors.Files.Gguf;

/// <summary>A GGUF file that cannot be read: the sentence names the file, the place in it and what was found there.</summary>
public sealed class GgufException : AmendException
{
    /// <summary>Creates the failure with its sentence and, where there is one, what caused it.</summary>
    public GgufException(string message, Exception? inner = null)
        : base(message, inner!)
    {
    }

    internal static GgufException Broken(
        string file, string found, string advice = "download or write the file again", Exception? inner = null) =>
        new($"Cannot read '{file}' as GGUF: {found}; {advice}.", inner);
}
