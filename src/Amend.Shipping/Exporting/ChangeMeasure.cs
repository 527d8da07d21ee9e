using static TorchSharp.torch;

namespace Amend.Shipping.Exporting;

/// <summary>How far what was written of a weight is from what the edits made of it.</summary>
internal static class ChangeMeasure
{
    /// <summary>Measures a weight.</summary>
    /// <param name="job">The edits and the model.</param>
    /// <param name="weight">The weight's name.</param>
    /// <param name="type">What the file calls its type.</param>
    /// <param name="off">The Frobenius norm of the difference between a value and what a reader gets of it.</param>
    public static ShippedWeight Of(ExportJob job, string weight, string type, Func<Tensor, double> off)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var value = job.Edits.Changed(job.Model, weight);
        var change = (value.to(float64) - job.Model.Load(weight).to(float64)).norm().item<double>();
        return new ShippedWeight(weight, type, change) { Rounding = change > 0 ? off(value) / change : 0 };
    }
}
