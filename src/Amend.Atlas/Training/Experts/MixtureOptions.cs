using Amend.Tensors;

namespace Amend.Atlas.Training.Experts;

/// <summary>The mixture of experts in each block of an atlas Mixtral.</summary>
public sealed record MixtureOptions
{
    /// <summary>Experts, E; 4 by default.</summary>
    public int Experts { get; init; } = 4;

    /// <summary>How many of them a token goes through, k; 2 by default.</summary>
    public int Chosen { get; init; } = 2;

    /// <summary>
    /// The width of an expert's inner layer; 352 by default, with which the two chosen gated ones multiply about as much as the one MLP of
    /// an atlas GPT-2.
    /// </summary>
    public int ExpertWidth { get; init; } = 352;

    /// <summary>The weight of the loss that keeps the experts in use (Fedus et al. 2022); 0.01, as there, by default.</summary>
    public double BalanceWeight { get; init; } = 0.01;

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="AmendException">A setting is out of range.</exception>
    public MixtureOptions Validated()
    {
        if (Chosen < 1 || Chosen > Experts || ExpertWidth < 1)
            throw new AmendException(
                $"{Chosen} of {Experts} experts of width {ExpertWidth} were asked; give at least 1 of them, of at least width 1.");
        return BalanceWeight >= 0
            ? this
            : throw new AmendException($"A balance weight of {BalanceWeight} was asked; give one of at least 0.");
    }
}
