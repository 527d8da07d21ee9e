using System.Globalization;

namespace Amend.Studio.Elements;

/// <summary>Figures as they are written on pages.</summary>
public static class Figures
{
    /// <summary>A share in per cent, with one digit.</summary>
    public static string Percent(double share) =>
        double.IsFinite(share) ? (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary>A number for a style or a drawing.</summary>
    public static string Plain(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A number with four digits.</summary>
    public static string Short(double number) => number.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A time of the day and its date.</summary>
    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
