namespace Amend.Tensors.Files.PyTorch;

/// <summary>Makes the sentence for a PyTorch file that is refused.</summary>
internal static class TorchFileProblem
{
    /// <summary>The advice where a file is broken, not hostile.</summary>
    public const string DownloadAgain = "download or write the file again";

    private const string DoNotTrust = "nothing of it was run; do not trust it, and take a safetensors file instead";

    /// <summary>A file that is cut off, altered or of another format.</summary>
    public static AmendException Broken(string file, string found, string advice = DownloadAgain, Exception? inner = null)
    {
        var message = $"Cannot read '{file}' as a PyTorch checkpoint: {found}; {advice}.";
        return inner is null ? new AmendException(message) : new AmendException(message, inner);
    }

    /// <summary>A pickle that asks for what a state_dict never needs.</summary>
    public static AmendException Refused(string file, string found) => Broken(file, found, DoNotTrust);
}
