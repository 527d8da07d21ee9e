using Amend.Editing.Codebooks;
using Amend.Editing.Batches;
using Amend.Editing.TokenCodebooks;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.SubjectCodebook;

/// <summary>Settings of the codebook at the subject.</summary>
public sealed record SubjectCodebookOptions : TokenCodebookOptions
{
    /// <summary>The greatest distance at which a key fires, in units of its norm; 0.4 by default.</summary>
    public double Radius { get; init; } = 0.4;

    /// <summary>
    /// The greatest distance at which a key fires, in units of that to the nearest key of another subject; 0 for no such bound. 0.5 by
    /// default, so that no two subjects' radii overlap.
    /// </summary>
    public double Separation { get; init; } = 0.5;

    /// <summary>
    /// Tokens of each of 16 texts that the model writes to see how near other text comes to the keys; 64 by default, 0 for none. Texts that
    /// name the subject do not count.
    /// </summary>
    public int BackgroundLength { get; init; } = 64;

    /// <summary>
    /// The greatest distance at which a key fires, in units of that to the nearest token of the background texts; 0.8 by default.
    /// </summary>
    public double Clearance { get; init; } = 0.8;

    /// <inheritdoc/>
    internal override int LengthOfBackground => BackgroundLength;

    /// <inheritdoc/>
    internal override double ShareOfBackground => Clearance;

    /// <inheritdoc/>
    internal override TokenRules Rules => new()
    {
        Layer = Layers[0],
        Place = TokenPlace.Stream,
        Distance = KeyDistance.Euclidean,
        Radius = Radius,
        Separation = Separation,
        FirstApart = true,
    };

    /// <inheritdoc/>
    internal override bool HasKeyOfBarePrompt => true;

    private protected override void CheckGate(OptionProblems problems)
    {
        problems.Positive("radius", Radius);
        problems.Require(BackgroundLength is 0 or >= 8, $"background_length is {BackgroundLength}, and must be 8 or more, or 0 for none");
        problems.Require(Clearance is > 0 and <= 1, $"clearance is {Clearance}, and must be above 0 and at most 1");
        problems.Require(Separation is >= 0 and <= 1, $"separation is {Separation}, and must be 0 to 1");
    }
}
