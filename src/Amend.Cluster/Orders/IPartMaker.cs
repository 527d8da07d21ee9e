using Amend.Models;

namespace Amend.Cluster.Orders;

/// <summary>Work that is cut into parts, each of which begins from a file and gives files, whoever does it.</summary>
internal interface IPartMaker
{
    /// <summary>Makes one part.</summary>
    /// <param name="given">What it begins from.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The files, in their order.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    IEnumerable<byte[]> Make(byte[] given, CancellationToken stop);
}

/// <summary>What a worker is told of a run of parts.</summary>
/// <param name="Model">The model.</param>
public abstract record PartsOrder(ModelReference Model) : WorkOrder(Model)
{
    /// <summary>What makes the parts with the model.</summary>
    internal abstract IPartMaker MakerFor(LanguageModel model);
}
