using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Editing.Editors;

/// <summary>Looks at what deltas would do before they are an edit.</summary>
internal static class DeltaTrial
{
    private const string Id = "trial";

    /// <summary>Measures with the deltas applied and takes them back, bit for bit, also when the measure throws.</summary>
    public static double Measure(LanguageModel model, IReadOnlyDictionary<string, IWeightDelta> deltas, Func<double> measure)
    {
        model.Applied.Apply(Id, WeightEffect.Of(deltas));
        try
        {
            return measure();
        }
        finally
        {
            model.Applied.Revert(Id);
        }
    }
}
