namespace Amend.Editing;

/// <summary>The version of this library, as records and reports state it.</summary>
public static class LibraryVersion
{
    /// <summary>Major, minor and patch, such as <c>0.1.0</c>.</summary>
    public static string Current { get; } = typeof(LibraryVersion).Assembly.GetName().Version!.ToString(3);
}
