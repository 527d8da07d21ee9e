namespace Amend.Cli.Rendering;

/// <summary>Times for people.</summary>
internal static class Duration
{
    /// <summary>A time in its two largest units: <c>1 h 5 min</c>, <c>3 min 20 s</c>, <c>12 s</c>.</summary>
    public static string Text(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{time.Seconds} s";
}
