using Amend.Models.Hub;

namespace Amend.Cli.Rendering;

/// <summary>How far a download is, file by file.</summary>
internal sealed class DownloadLines : IProgress<HubProgress>
{
    private const double Megabyte = 1_000_000;
    private readonly ProgressLine _line = new();

    /// <inheritdoc/>
    public void Report(HubProgress value)
    {
        if (value.File is null)
            _line.Interrupt($"{value.Model}: another process downloads it; waiting");
        else if (value.Trouble is { } trouble)
            _line.Interrupt($"{value.Model}: {value.File}: {trouble}; trying again");
        else
            _line.Write(() => Text(value), value.Done == value.Total);
    }

    private static string Text(HubProgress value) =>
        $"{value.Model}: {value.File}: {value.Done / Megabyte:F1} of {value.Total / Megabyte:F1} MB";
}
