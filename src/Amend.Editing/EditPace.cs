namespace Amend.Editing;

/// <summary>Says how far an edit is, and ends it where it is to stop.</summary>
/// <param name="Stop">Asks the edit to end.</param>
/// <param name="Progress">Who is told; nobody when null.</param>
internal readonly record struct EditPace(CancellationToken Stop, IProgress<EditProgress>? Progress)
{
    /// <summary>Tells what is done.</summary>
    /// <exception cref="OperationCanceledException">The edit is to stop.</exception>
    public void Report(string what, int done, int of)
    {
        Progress?.Report(new EditProgress(what, done, of));
        Check();
    }

    /// <summary>Ends the edit where it is to stop.</summary>
    /// <exception cref="OperationCanceledException">It is.</exception>
    public void Check() => Stop.ThrowIfCancellationRequested();
}
