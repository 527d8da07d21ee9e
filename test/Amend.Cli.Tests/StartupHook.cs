using Amend.Cli.Tests.Running;

/// <summary>What tests do inside a process of <c>amend</c>; the runtime finds it by its name, which has no namespace.</summary>
internal static class StartupHook
{
    /// <summary>Names the file into which a process writes which assemblies it has loaded when it ends.</summary>
    public const string Variable = "AMEND_TEST_LOADED";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(path, AppDomain.CurrentDomain.GetAssemblies().Select(loaded => loaded.GetName().Name ?? ""));
        if (Environment.GetEnvironmentVariable(TurnHost.Variable) is null)
            return;
        TurnHost.Run();
        Environment.Exit(0);
    }
}
