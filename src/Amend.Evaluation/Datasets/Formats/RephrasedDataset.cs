using Amend.Evaluation.Cases;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// Another form's labelled texts with paraphrases by rules where it has none, see <see cref="ClaimRephrasing"/>: FEVER has none, and
/// back-translation needs a translator.
/// </summary>
/// <param name="read">The other form.</param>
internal sealed class RephrasedDataset(IDataset read) : IDataset
{
    /// <inheritdoc/>
    public string Name => $"{read.Name}-rephrased";

    /// <inheritdoc/>
    public string Reads => $"as {read.Name}, with paraphrases of each text by rules: assurances, contractions, clefts, active and passive";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) => read.Read(path, options).Select(Rephrased);

    private static EditCase Rephrased(EditCase one) => one is { Classification: { } text, Paraphrases.Count: 0 }
        ? one with { Paraphrases = ClaimRephrasing.Of(text.Text) }
        : one;
}
