/// <summary>Writes which assemblies a process has loaded when it ends; the runtime finds it by its name, which has no namespace.</summary>
internal static class StartupHook
{
    /// <summary>Names the file.</summary>
    public const string Variable = "AMEND_TEST_LOADED";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(path, AppDomain.CurrentDomain.GetAssemblies().Select(loaded => loaded.GetName().Name ?? ""));
    }
}
