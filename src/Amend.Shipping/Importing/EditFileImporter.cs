using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Shipping.Importing;

/// <summary>An edit file of another store of the same model, as it is.</summary>
public sealed class EditFileImporter : IImporter
{
    private const string FormatKey = "format";
    private const string Format = "amend.edit.";

    /// <inheritdoc/>
    public string Name => "edit";

    /// <inheritdoc/>
    public string Description => "an edit file of another store";

    /// <inheritdoc/>
    public bool Reads(string path)
    {
        if (!File.Exists(path) || !path.EndsWith(".safetensors", StringComparison.Ordinal))
            return false;
        using var file = SafeTensorsFile.Open(path);
        return file.Metadata.TryGetValue(FormatKey, out var format) && format.StartsWith(Format, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public Edit Read(ImportJob job)
    {
        var edit = EditFile.Read(job.Path);
        if (edit.Record.BaseWeightsHash == job.BaseHash)
            return edit;
        using (edit)
        {
            throw new AmendException(
                $"'{job.Path}' is an edit of the weights {ContentHash.Short(edit.Record.BaseWeightsHash)} ({edit.Record.Model}), "
                + $"not of this model's {ContentHash.Short(job.BaseHash)}; "
                + "give an edit of this model, made in the type that it is loaded in (--dtype).");
        }
    }
}
