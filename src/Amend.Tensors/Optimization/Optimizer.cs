using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>
/// Moves tensors along their gradients. What it remembers between steps are plain tensors with names, so that a checkpoint can hold
/// them; the tensors it moves stay the caller's.
/// </summary>
public abstract class Optimizer : IDisposable
{
    private readonly List<NamedTensor> _state = [];

    /// <summary>Creates an optimiser of tensors of float type, with unique names.</summary>
    /// <exception cref="ArgumentException">There is no tensor, or a name comes twice.</exception>
    protected Optimizer(IReadOnlyList<NamedTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count == 0)
            throw new ArgumentException("An optimiser was asked for no tensors (0); give at least 1.", nameof(tensors));
        if (tensors.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two tensors are named '{twice.Key}'; name each once.", nameof(tensors));
        Tensors = tensors;
    }

    /// <summary>What is moved.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>What is remembered between steps, <c>PART.NAME</c> each of the shape of tensor NAME; the optimiser owns them.</summary>
    public IReadOnlyList<NamedTensor> State => _state;

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>Goes on from this many steps, whose <see cref="State"/> the caller has copied in.</summary>
    public void ResumeAt(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Steps = steps;
    }

    /// <summary>One step along the gradient of each tensor; one without a gradient rests. The gradients are gone afterwards.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <exception cref="ArithmeticException">A gradient is not finite; the sentence names its tensor, and nothing has changed.</exception>
    public void Step(double rate)
    {
        GradientNorm.Measure(Tensors);
        StepMeasured(rate);
    }

    /// <summary>The step of <see cref="Step"/> along gradients that were found to be finite.</summary>
    internal void StepMeasured(double rate)
    {
        using var none = no_grad();
        Steps++;
        for (var i = 0; i < Tensors.Count; i++)
        {
            using var scope = NewDisposeScope();
            var tensor = Tensors[i].Value;
            if (tensor.grad is not { } gradient)
                continue;
            Move(i, gradient, rate);
            tensor.grad = null;
        }
    }

    /// <summary>Frees what is remembered.</summary>
    public void Dispose()
    {
        foreach (var part in _state)
            part.Value.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Moves one tensor; called without gradients, in a scope that ends with the call.</summary>
    /// <param name="index">The tensor's place in <see cref="Tensors"/>.</param>
    /// <param name="gradient">Its gradient, which may be changed.</param>
    /// <param name="rate">The learning rate.</param>
    private protected abstract void Move(int index, Tensor gradient, double rate);

    /// <summary>Adds a part to what is remembered: zeros of each tensor's shape and type, in the order of the tensors.</summary>
    private protected IReadOnlyList<Tensor> AddState(string part)
    {
        using var none = no_grad();
        Tensor[] zeros = [.. Tensors.Select(tensor => zeros_like(tensor.Value).DetachFromDisposeScope())];
        _state.AddRange(Tensors.Select((tensor, i) => new NamedTensor($"{part}.{tensor.Name}", zeros[i])));
        return zeros;
    }
}
