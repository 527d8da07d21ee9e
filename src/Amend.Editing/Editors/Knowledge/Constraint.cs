using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// A term that is to stay below a margin, with its multiplier: L ← L + α (C − m), where α ≥ 0 ascends and m shrinks as edits succeed
/// (De Cao et al. 2021, eq. 2 and section 4.2). It owns α and m, which are tensors so that a checkpoint can hold them.
/// </summary>
internal sealed class Constraint : IDisposable
{
    private readonly MarginSchedule _schedule;

    /// <summary>Creates a constraint with the multiplier 1 and the widest margin.</summary>
    /// <param name="name">What figures and files call it.</param>
    /// <param name="schedule">How its margin shrinks.</param>
    /// <param name="device">Where the tensors are.</param>
    public Constraint(string name, MarginSchedule schedule, Device device)
    {
        (Name, _schedule) = (name, schedule);
        using var scope = NewDisposeScope();
        Multiplier = new NamedTensor($"multiplier.{name}", ones(1, device: device).requires_grad_(true).DetachFromDisposeScope());
        Margin = new NamedTensor($"margin.{name}", full(1, schedule.Widest, ScalarType.Float64, device).DetachFromDisposeScope());
    }

    /// <summary>What figures and files call it.</summary>
    public string Name { get; }

    /// <summary>α, <c>[1]</c>; the tensor belongs to this.</summary>
    public NamedTensor Multiplier { get; }

    /// <summary>m, <c>[1]</c> float64; the tensor belongs to this.</summary>
    public NamedTensor Margin { get; }

    /// <summary>α (C − m), with the gradients of C; where gradients are on, C − m is added to that of α.</summary>
    /// <param name="term">C, a scalar.</param>
    /// <returns><c>[1]</c>, in the caller's dispose scope.</returns>
    public Tensor Penalty(Tensor term)
    {
        using var scope = NewDisposeScope();
        var over = term.reshape(1) - Margin.Value.to(term.dtype);
        if (is_grad_enabled())
            (Multiplier.Value * over.detach()).backward();
        return (Multiplier.Value.detach() * over).MoveToOuterDisposeScope();
    }

    /// <summary>Shrinks the margin where enough validation edits succeeded.</summary>
    /// <param name="success">The share of them.</param>
    public void Anneal(double success)
    {
        if (success <= _schedule.FromSuccess)
            return;
        using var none = no_grad();
        Margin.Value.mul_(_schedule.Factor).clamp_(min: _schedule.Narrowest);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Multiplier.Value.grad = null;
        Multiplier.Value.Dispose();
        Margin.Value.Dispose();
    }
}

/// <summary>How a margin shrinks.</summary>
/// <param name="Widest">Where it begins.</param>
/// <param name="Narrowest">Where it ends.</param>
/// <param name="Factor">What it is multiplied by.</param>
/// <param name="FromSuccess">The share of validation edits that must be exceeded.</param>
internal sealed record MarginSchedule(double Widest, double Narrowest, double Factor, double FromSuccess);
