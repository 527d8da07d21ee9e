using Microsoft.AspNetCore.WebUtilities;

namespace Amend.Studio.Layout;

/// <summary>Addresses of pages: what a page shows stands in its address, so that a link opens it again.</summary>
public static class Links
{
    private const string Model = "model";

    /// <summary>The model that an address names; null where it names none.</summary>
    public static string? ModelOf(string uri) =>
        QueryHelpers.ParseQuery(new Uri(uri, UriKind.RelativeOrAbsolute).Query).TryGetValue(Model, out var name) ? name.ToString() : null;

    /// <summary>What an address shows, by name; null where it says nothing of it.</summary>
    public static Func<string, string?> Read(string uri)
    {
        var shown = QueryHelpers.ParseQuery(new Uri(uri).Query);
        return name => shown.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    /// <summary>The address of a page with what it shows; what is null or empty is left out.</summary>
    /// <param name="page">Its path.</param>
    /// <param name="shown">Names and values.</param>
    public static string To(string page, params IEnumerable<(string Name, string? Value)> shown) => QueryHelpers.AddQueryString(
        page, shown.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => KeyValuePair.Create(one.Name, one.Value)));
}
