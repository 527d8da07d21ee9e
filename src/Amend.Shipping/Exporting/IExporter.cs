namespace Amend.Shipping.Exporting;

/// <summary>A form in which edits, or a model with its edits, leave for other programs.</summary>
public interface IExporter
{
    /// <summary>What it is asked by, such as <c>lora</c>.</summary>
    string Name { get; }

    /// <summary>What it writes and who reads it, in a few words.</summary>
    string Description { get; }

    /// <summary>Refuses a place that is taken or whose name is none of this form, before any work is done for it.</summary>
    /// <param name="place">The folder or file that is to be made.</param>
    /// <exception cref="Tensors.AmendException">Something is there, or the name has another ending.</exception>
    void CheckPlace(string place);

    /// <summary>Writes the job's edits at its place, whole or not at all; what is there already is never written over.</summary>
    /// <exception cref="Tensors.AmendException">Model or edits do not go with this form, or the place cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The job asked to stop.</exception>
    ExportOutcome Write(ExportJob job);
}
