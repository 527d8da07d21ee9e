using Amend.Editing;
using Amend.Editing.Checks;

namespace Amend.Atlas.Tour;

/// <summary>What the tour saw.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Request">What was changed.</param>
/// <param name="Check">Answers before and after.</param>
/// <param name="Record">How the edit was made.</param>
/// <param name="BaseHash">Hash of the weights at the start.</param>
/// <param name="EditedHash">Hash of the weights with the edit.</param>
/// <param name="RevertedHash">Hash of the weights after taking it back.</param>
/// <param name="Seconds">Wall time of the tour, loading included.</param>
public sealed record DemoReport(
    string Model,
    EditRequest Request,
    EditCheckReport Check,
    EditRecord Record,
    string BaseHash,
    string EditedHash,
    string RevertedHash,
    double Seconds)
{
    /// <summary>How fact and layer were chosen; null for the embedded model's tour, which has its own.</summary>
    public TourChoice? Choice { get; init; }

    /// <summary>Whether the weights are the ones from the start, bit for bit.</summary>
    public bool RevertedHashEqual => BaseHash == RevertedHash;

    /// <summary>Whether the edit was reliable, general and local here, and was taken back bit for bit.</summary>
    public bool Succeeded => RevertedHashEqual && TourEdit.Holds(Check);
}

/// <summary>How the tour chose what to edit.</summary>
/// <param name="Facts">The facts that it has.</param>
/// <param name="Asked">How many of them it asked: the last one is the first that the model answers rightly.</param>
/// <param name="Layers">Where it edits.</param>
public sealed record TourChoice(int Facts, int Asked, TourLayers Layers);
