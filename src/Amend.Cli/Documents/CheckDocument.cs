using Amend.Shipping.Gates;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend check --json</c> prints.</summary>
/// <param name="Check">What the model says.</param>
/// <param name="Gate">What the gate says of it; null where none was given.</param>
internal sealed record CheckDocument(CheckReport Check, GateReport? Gate);
