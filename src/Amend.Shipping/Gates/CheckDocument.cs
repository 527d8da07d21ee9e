namespace Amend.Shipping.Gates;

/// <summary>A check of a model with its edits, and what a gate says of it.</summary>
/// <param name="Check">What the model says.</param>
/// <param name="Gate">What the gate says of it; null where none was given.</param>
public sealed record CheckDocument(CheckReport Check, GateReport? Gate);
