using Amend.Editing.Codebooks;
using Amend.Editing.Batches;
using Amend.Editing.TokenCodebooks;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.NeuralDb;

/// <summary>Settings of NeuralDB.</summary>
public sealed record NeuralDbOptions : TokenCodebookOptions
{
    /// <summary>γ, the least cosine of a token's key with an entry's at which the entry fires; 0.65 by default.</summary>
    public double Gamma { get; init; } = 0.65;

    /// <inheritdoc/>
    internal override TokenRules Rules => new()
    {
        Layer = Layers[0],
        Place = TokenPlace.Mlp,
        Distance = KeyDistance.Cosine,
        Radius = 1 - Gamma,
    };

    /// <inheritdoc/>
    internal override bool HasKeyOfBarePrompt => false;

    private protected override void CheckGate(OptionProblems problems) =>
        problems.Require(Gamma is > -1 and < 1, $"gamma is {Gamma}, and must be above -1 and below 1");
}
