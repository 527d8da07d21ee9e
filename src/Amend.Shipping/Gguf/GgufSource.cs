using Amend.Models.Sources.Gguf;
using Amend.Shipping.Exporting;
using Amend.Tensors;

namespace Amend.Shipping.Gguf;

/// <summary>The GGUF file that a job's model is read from.</summary>
internal static class GgufSource
{
    /// <summary>Opens it as it lies; the caller disposes.</summary>
    /// <param name="job">The job.</param>
    /// <param name="form">The form that is asked.</param>
    /// <exception cref="AmendException">The model is no GGUF file.</exception>
    public static GgufLayout Open(ExportJob job, string form) => job.Model.Source is GgufModel model
        ? model.OpenLayout()
        : throw new AmendException(
            $"--to {form} was asked of '{job.Model.Source.Path}', which is no GGUF file; "
            + "convert it with llama.cpp's convert_hf_to_gguf.py and edit the file that comes out, or write --to hf or lora.");

    /// <summary>Refuses a place that is taken.</summary>
    /// <exception cref="AmendException">Something is there.</exception>
    public static void RequireFree(string path)
    {
        if (Path.Exists(path))
            throw new AmendException($"'{path}' is there already; give a file that does not exist yet.");
    }
}
