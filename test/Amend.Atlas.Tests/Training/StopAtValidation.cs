namespace Amend.Atlas.Tests.Training;

/// <summary>A log that stops the training once the first validation is told.</summary>
internal sealed class StopAtValidation(CancellationTokenSource stop) : StringWriter
{
    public override void WriteLine(string? value)
    {
        if (value!.StartsWith("step 2: ", StringComparison.Ordinal))
            stop.Cancel();
    }
}
