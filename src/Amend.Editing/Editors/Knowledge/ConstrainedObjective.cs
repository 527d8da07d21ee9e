using Amend.Models;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// KnowledgeEditor's objective: the edit's loss under constraints (De Cao et al. 2021, eq. 1 to 4). It owns what it learns itself.
/// </summary>
internal sealed class ConstrainedObjective : IDisposable
{
    private readonly double _power;
    private readonly Constraint? _divergence;
    private readonly Constraint? _distance;

    /// <summary>Creates the objective with its constraints at their beginning.</summary>
    /// <param name="model">The model, for the device.</param>
    /// <param name="options">Which constraints, their margins, and the multipliers' rate.</param>
    public ConstrainedObjective(LanguageModel model, KnowledgeNetworkOptions options)
    {
        _power = options.P;
        if (options.Constraint != UpdateConstraint.Lp)
            _divergence = new Constraint("kl", Schedule(options.KlMargin, options.KlMarginMin), model.Device);
        if (options.Constraint != UpdateConstraint.Kl)
            _distance = new Constraint("lp", Schedule(options.LpMargin, options.LpMarginMin), model.Device);
        var ascent = new RmsProp([.. Constraints.Select(one => one.Multiplier)], new RmsPropSettings { IsCentered = true });
        Ascent = new ScheduledOptimizer(ascent, options.RateOf(options.MultiplierLr)) { Ascends = true, Floor = 0 };

        MarginSchedule Schedule(double widest, double narrowest) =>
            new(widest, narrowest, options.MarginFactor, options.MarginSuccess);
    }

    /// <summary>What a checkpoint holds of it, and validations show: multipliers and margins; they belong to it.</summary>
    public IReadOnlyList<NamedTensor> Tensors => [.. Constraints.SelectMany(one => (NamedTensor[])[one.Multiplier, one.Margin])];

    /// <summary>The ascent of the multipliers.</summary>
    public ScheduledOptimizer Ascent { get; }

    private IEnumerable<Constraint> Constraints => new[] { _divergence, _distance }.OfType<Constraint>();

    /// <summary>The loss, with the gradients of the terms; where gradients are on, those of the multipliers are added to theirs.</summary>
    /// <returns>A scalar, in the caller's dispose scope.</returns>
    public Tensor Loss(UpdateTerms terms)
    {
        using var scope = NewDisposeScope();
        var loss = terms.Edit;
        if (_divergence is not null)
            loss = loss + _divergence.Penalty(terms.Divergence);
        if (_distance is not null)
            loss = loss + _distance.Penalty(EditLosses.Distance(terms.Updates, _power));
        return loss.sum().MoveToOuterDisposeScope();
    }

    /// <summary>Shrinks the margins where enough edits of a validation reached their targets.</summary>
    /// <param name="success">The share of them.</param>
    public void Adapt(double success)
    {
        foreach (var one in Constraints)
            one.Anneal(success);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Ascent.Optimizer.Dispose();
        foreach (var one in Constraints)
            one.Dispose();
    }
}

/// <summary>The terms of a batch; they belong to the caller.</summary>
/// <param name="Edit">The edit's loss, a scalar.</param>
/// <param name="Divergence">KL(before ‖ after), the mean over the ids of the rows that are to stay, a scalar.</param>
/// <param name="Updates">ΔW of each weight.</param>
internal sealed record UpdateTerms(Tensor Edit, Tensor Divergence, IReadOnlyCollection<Tensor> Updates);
