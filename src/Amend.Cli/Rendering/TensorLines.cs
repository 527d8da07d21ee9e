using Amend.Shipping.Exporting;

namespace Amend.Cli.Rendering;

/// <summary>Which file or tensor is being worked on, on standard error.</summary>
internal sealed class TensorLines : IProgress<TensorProgress>
{
    private readonly ProgressLine _line = new();

    /// <inheritdoc/>
    public void Report(TensorProgress value) =>
        _line.Write(() => $"{value.What}, {value.Done + 1} of {value.All}", isLast: value.Done + 1 == value.All);
}
