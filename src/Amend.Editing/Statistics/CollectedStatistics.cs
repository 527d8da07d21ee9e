namespace Amend.Editing.Statistics;

/// <summary>What a collection of statistics gave.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Stopped">Whether it was stopped before its end; the same collection goes on from there.</param>
/// <param name="Layers">The layers, in the order in which they were asked for.</param>
public sealed record CollectedStatistics(string Model, bool Stopped, IReadOnlyList<LayerStatistics> Layers)
{
    /// <summary>Reads what a collection wrote.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="files">
    /// Each layer, its file, and the tokens that were collected into it: where there are none, there is no file.
    /// </param>
    /// <param name="stopped">Whether the collection was stopped; eigenvalues, which take time, are then not computed.</param>
    /// <param name="mostWidth">The greatest width whose eigenvalues are computed.</param>
    /// <exception cref="Amend.Tensors.AmendException">A file is broken.</exception>
    public static CollectedStatistics Read(
        string model, IEnumerable<(int Layer, string Path, long Tokens)> files, bool stopped, long mostWidth) =>
        new(
            model,
            stopped,
            [
                .. files.Select(file => new LayerStatistics(
                    file.Layer,
                    file.Tokens,
                    file.Path,
                    file.Tokens == 0 ? null : SecondMomentSummary.Read(file.Path, stopped ? 0 : mostWidth))),
            ]);
}

/// <summary>What was collected of a layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Tokens">The tokens whose keys are in the sum.</param>
/// <param name="Path">The file.</param>
/// <param name="Statistics">What the file holds; null where nothing was collected, and there is none.</param>
public sealed record LayerStatistics(int Layer, long Tokens, string Path, SecondMomentSummary? Statistics);
