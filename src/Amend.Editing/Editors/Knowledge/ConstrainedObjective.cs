using Amend.Models;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>KnowledgeEditor's objective: the edit's loss under constraints (De Cao et al. 2021, eq. 1 to 4).</summary>
internal sealed class ConstrainedObjective : IUpdateObjective
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
        Optimizers = [new ScheduledOptimizer(ascent, options.RateOf(options.MultiplierLr)) { Ascends = true, Floor = 0 }];

        MarginSchedule Schedule(double widest, double narrowest) =>
            new(widest, narrowest, options.MarginFactor, options.MarginSuccess);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors => [.. Constraints.SelectMany(one => (NamedTensor[])[one.Multiplier, one.Margin])];

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    private IEnumerable<Constraint> Constraints => new[] { _divergence, _distance }.OfType<Constraint>();

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void Adapt(double success)
    {
        foreach (var one in Constraints)
            one.Anneal(success);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var scheduled in Optimizers)
            scheduled.Optimizer.Dispose();
        foreach (var one in Constraints)
            one.Dispose();
    }
}
