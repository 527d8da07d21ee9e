using Amend.Evaluation.Metrics.Text;

namespace Amend.Evaluation.Metrics;

/// <summary>Texts about subjects of which a case's new target is true, for RS.</summary>
/// <param name="Words">The words and their frequencies, of all texts of the data set.</param>
/// <param name="Texts">The texts of this case.</param>
public sealed record ReferenceTexts(TfIdf Words, IReadOnlyList<string> Texts);
