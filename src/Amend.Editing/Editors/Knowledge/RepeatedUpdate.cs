using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// "+loop" of De Cao et al. 2021, section 5.2: an update is applied again and again until the model gives the target, each time found anew
/// on the model with those before.
/// </summary>
/// <param name="Most">The most applications, at least 1; 1 for none but the first.</param>
/// <param name="AddsFirst">Whether the first update is added again, as the authors' code for BART does it, and none is found anew.</param>
internal sealed record RepeatedUpdate(int Most, bool AddsFirst)
{
    /// <summary>Finds the sum of the updates. At least one is applied; the model is as before afterwards.</summary>
    /// <param name="model">The model.</param>
    /// <param name="find">Finds an update of the model as the passes of this thread read it: by weight, <c>[out,in]</c>.</param>
    /// <param name="isReached">Whether the model, as the passes of this thread read it, gives the target.</param>
    /// <returns>The sum, whose tensors are in the caller's dispose scope.</returns>
    public UpdateSum Find(LanguageModel model, Func<IReadOnlyDictionary<string, Tensor>> find, Func<bool> isReached)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var first = find();
        for (var (sum, applications) = (first, 1); ; applications++)
        {
            using var view = model.View();
            foreach (var (weight, update) in sum)
                view.Add(weight, update);
            var reached = isReached();
            if (reached || applications == Most)
                return new UpdateSum(Outwards(sum), applications, reached);
            var next = AddsFirst ? first : find();
            sum = sum.ToDictionary(of => of.Key, of => of.Value + next[of.Key], StringComparer.Ordinal);
        }
    }

    private static Dictionary<string, Tensor> Outwards(IReadOnlyDictionary<string, Tensor> sum) =>
        sum.ToDictionary(of => of.Key, of => of.Value.MoveToOuterDisposeScope(), StringComparer.Ordinal);
}

/// <summary>The sum of repeated updates.</summary>
/// <param name="Updates">By weight, <c>[out,in]</c>.</param>
/// <param name="Applications">How many updates it is of.</param>
/// <param name="IsReached">Whether the model with it gives the target.</param>
internal sealed record UpdateSum(IReadOnlyDictionary<string, Tensor> Updates, int Applications, bool IsReached);
