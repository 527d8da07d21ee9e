namespace Amend.Models.Inspection;

/// <summary>A key of <c>config.json</c> whose value changes nothing here.</summary>
/// <param name="Key">The key.</param>
/// <param name="Why">Why it changes nothing.</param>
public sealed record IgnoredSetting(string Key, string Why);
