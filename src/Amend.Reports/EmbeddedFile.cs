namespace Amend.Reports;

/// <summary>Files that are part of this assembly.</summary>
internal static class EmbeddedFile
{
    /// <summary>Opens one; the caller disposes.</summary>
    public static Stream Open(string name) =>
        typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
        ?? throw new FileNotFoundException($"Amend.Reports was built without its file '{name}'; build it again.", name);

    /// <summary>The text of one, in UTF-8.</summary>
    public static string Text(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }
}
