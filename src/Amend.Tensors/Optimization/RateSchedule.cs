namespace Amend.Tensors.Optimization;

/// <summary>The learning rate of each step of a training.</summary>
public abstract record RateSchedule
{
    /// <summary>The rate of the step of this index, counted from 0.</summary>
    public abstract double At(int index);

    /// <summary>The rate while it rises to <paramref name="highest"/> in equal parts, which the last of the steps reaches.</summary>
    private protected static double Rising(double highest, int index, int steps) => highest * (index + 1) / steps;
}
