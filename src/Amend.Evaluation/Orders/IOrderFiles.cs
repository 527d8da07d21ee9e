using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Orders;

/// <summary>Where what an order names is on this machine, and whether it may be read.</summary>
public interface IOrderFiles
{
    /// <summary>A data set, by a suite's name or as <c>FORMAT:PATH</c>.</summary>
    /// <exception cref="AmendException">It is not there, or not to be read.</exception>
    DatasetSource Data(string name);

    /// <summary>A file.</summary>
    /// <exception cref="AmendException">It is not there, or not to be read.</exception>
    string File(string path);

    /// <summary>A file or folder, which need not be there.</summary>
    /// <exception cref="AmendException">It is not to be read.</exception>
    string Place(string path);
}
