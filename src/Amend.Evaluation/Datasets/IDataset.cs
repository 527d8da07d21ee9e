using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets;

/// <summary>A form of data set: how its records become cases. How to add one: docs/guides/add-a-dataset.md.</summary>
public interface IDataset
{
    /// <summary>The form's name, as in <c>FORMAT:PATH</c>.</summary>
    string Name { get; }

    /// <summary>In one line, what is read and from which fields.</summary>
    string Reads { get; }

    /// <summary>Reads the cases as they are asked for; only the record in hand is in memory. Unknown fields are passed over.</summary>
    /// <param name="path">The file: one JSON array of records, or one record a line.</param>
    /// <param name="options">Whether broken records are passed over.</param>
    /// <exception cref="AmendException">The file is missing, or a record is broken: file, record or line, and field are named.</exception>
    IEnumerable<EditCase> Read(string path, DatasetOptions options);
}
