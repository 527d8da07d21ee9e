namespace Amend.Editing;

/// <summary>Says how far an edit or a comparison is, and ends it where it is to stop.</summary>
/// <param name="Stop">Asks it to end.</param>
/// <param name="Progress">Who is told; nobody when null.</param>
internal readonly record struct EditPace(CancellationToken Stop, IProgress<EditProgress>? Progress)
{
    /// <summary>Tells what is done.</summary>
    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    public void Report(string what, int done, int of)
    {
        Progress?.Report(new EditProgress(what, done, of));
        Check();
    }

    /// <summary>Ends the work where it is to stop.</summary>
    /// <exception cref="OperationCanceledException">It is.</exception>
    public void Check() => Stop.ThrowIfCancellationRequested();
}

/// <summary>How far an edit in the making, or a comparison, is.</summary>
/// <param name="What">What is being done, such as <c>optimising values</c>.</param>
/// <param name="Done">How much of it is done, 0 when it begins.</param>
/// <param name="Of">How much there is at most; an optimisation can end before.</param>
public sealed record EditProgress(string What, int Done, int Of);
