using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>Where an editor finds the second moment of a layer's keys.</summary>
public interface ISecondMomentSource
{
    /// <summary>The factored second moment of the keys at a layer, C = E[k kᵀ].</summary>
    /// <param name="model">The model; statistics are those of its weights before any edit.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="ridge">Added to the diagonal, relative to its mean.</param>
    /// <returns>A factorisation that the source keeps; do not dispose it.</returns>
    /// <exception cref="Amend.Tensors.AmendException">There are no statistics of this model and layer.</exception>
    SpdMatrix Factored(LanguageModel model, int layer, double ridge);

    /// <summary>
    /// The second moment itself, <c>[F,F]</c> float64, or of a mixture the blocks of its experts' keys, <c>[E,F/E,F/E]</c>, in the caller's
    /// dispose scope.
    /// </summary>
    /// <param name="model">The model; statistics are those of its weights before any edit.</param>
    /// <param name="layer">The layer.</param>
    /// <exception cref="Amend.Tensors.AmendException">There are no statistics of this model and layer.</exception>
    Tensor Mean(LanguageModel model, int layer);

    /// <summary>The directions that the keys at a layer hardly use.</summary>
    /// <param name="model">The model; statistics are those of its weights before any edit.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="threshold">The eigenvalues of C below it are taken as zero.</param>
    /// <returns>A null space that the source keeps; do not dispose it.</returns>
    /// <exception cref="Amend.Tensors.AmendException">There are no statistics of this model and layer.</exception>
    NullSpace NullSpace(LanguageModel model, int layer, double threshold);

    /// <summary>What the second moment at a layer is, for the record of an edit; null where the source does not know.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">A layer that it has given something of.</param>
    StatisticsNote? Describe(LanguageModel model, int layer) => null;

    /// <summary>Whether it gives the identity, with which a solve holds no matrix.</summary>
    bool IsIdentity => false;

    /// <summary>The source in words, for the record of a run; null for the model's own statistics.</summary>
    string? Name => null;
}
