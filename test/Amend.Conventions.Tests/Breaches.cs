namespace Amend.Conventions.Tests;

/// <summary>Fails with the whole list of what breaks a convention; xunit's own collection messages cut it short.</summary>
internal static class Breaches
{
    public static void None(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, $"{all.Count} found:\n{string.Join('\n', all)}");
    }
}
