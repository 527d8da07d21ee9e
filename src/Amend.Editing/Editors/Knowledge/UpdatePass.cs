using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// The edited model within a training. The gradient of the edit is taken on the unedited model and is a constant, and what the edited
/// model says is differentiated down to the updates; from there on the chain rule is products with vectors
/// (<see cref="UpdateFactors.Along"/>). So no second derivative of the model is ever asked for.
/// </summary>
/// <param name="model">The model, without edits.</param>
/// <param name="network">The network that is trained.</param>
internal sealed class UpdatePass(LanguageModel model, KnowledgeNetwork network)
{
    /// <summary>Adds the gradients of a loss of the edited model to those of the network's parameters.</summary>
    /// <param name="edit">The edit; its <see cref="EditRequest.TargetTrue"/> is what the model says.</param>
    /// <param name="loss">Computes a scalar from the updates and from passes of the edited model.</param>
    public void Learn(EditRequest edit, Func<IReadOnlyCollection<Tensor>, Tensor> loss)
    {
        using var scope = NewDisposeScope();
        var gradients = network.Gradients(model, edit);
        var factors = network.Factors(network.Condition(network.ConditionIds(model, edit)));
        var updates = Updates(factors, gradients);
        IList<Tensor> slopes;
        using (Edited(updates))
            slopes = Gradients.Of(loss(updates.Values), [.. updates.Values]);
        var along = factors.Select((of, at) => of.Value.Along(gradients[of.Key], slopes[at]));
        stack([.. along]).sum().backward();
    }

    /// <summary>Looks at the edited model, without gradients.</summary>
    /// <param name="edit">The edit; its <see cref="EditRequest.TargetTrue"/> is what the model says.</param>
    /// <param name="look">Reads the updates and passes of the edited model.</param>
    public void Look(EditRequest edit, Action<IReadOnlyCollection<Tensor>> look)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var updates = network.Updates(model, [edit]);
        using (Edited(updates))
            look([.. updates.Values]);
    }

    private static Dictionary<string, Tensor> Updates(
        IReadOnlyDictionary<string, UpdateFactors> factors, IReadOnlyDictionary<string, Tensor> gradients)
    {
        using var none = no_grad();
        return factors.ToDictionary(
            of => of.Key, of => of.Value.Update(gradients[of.Key]).requires_grad_(true), StringComparer.Ordinal);
    }

    private WeightView Edited(IReadOnlyDictionary<string, Tensor> updates)
    {
        var view = model.View();
        foreach (var (weight, update) in updates)
            view.Add(weight, update);
        return view;
    }
}
