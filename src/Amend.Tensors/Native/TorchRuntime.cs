using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Amend.Tensors.Native;

/// <summary>
/// Makes libtorch load, once a process and before the first tensor: sets what the native side reads from its environment,
/// loads a patched private copy of TorchSharp's library where the system's libstdc++ is too old, sets the thread count, and chooses
/// the kernels of matrix products. That happens with this assembly, or, where the host sets the switch <c>Amend.LoadsLibtorchLater</c>,
/// when weights are read: a program that often needs no tensor, such as a command line, starts with a fifth of the CPU time then.
/// </summary>
public static class TorchRuntime
{
    private const string BridgeLibrary = "LibTorchSharp";
    private const string Computing = "libtorch_cpu.so";
    private static readonly string[] Libtorch = ["libc10.so", Computing, "libtorch.so"];
    private const string LaterSwitch = "Amend.LoadsLibtorchLater";
    private static readonly Lock Gate = new();

    /// <summary>The patched copy; 0 where the packaged library is used. Nothing of TorchSharp is called while it is made.</summary>
    private static readonly Lazy<nint> Bridge = new(LoadBridge);

    private static bool prepared;
    private static bool loaded;

    /// <summary>The path of the native library that was loaded; the packaged one, or its patched copy in the cache.</summary>
    public static string? LoadedLibrary { get; private set; }

    /// <summary>Whether a patched copy was loaded instead of the packaged library.</summary>
    public static bool IsPatched => Bridge is { IsValueCreated: true, Value: not 0 };

    /// <summary>Which kernels products are made with, and why.</summary>
    public static KernelChoice Kernels { get; private set; } = new(MatrixKernels.AsShipped, "libtorch is not loaded yet");

    /// <summary>Loads libtorch if this process has not done so; safe to call from any thread, any number of times.</summary>
    /// <exception cref="AmendException">The native library is missing, or a needed patched copy cannot be written.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (loaded)
                return;
            Prepare();
            _ = OperatingSystem.IsLinux() ? Bridge.Value : 0;
            StartTorch();
            torch.set_num_threads(ThreadBudget.Default());
            Kernels = ChooseKernels();
            loaded = true;
        }
    }

    /// <summary>Loads libtorch with an assembly that uses it, unless the host wants that later.</summary>
    /// <exception cref="AmendException">The native library is missing, or a needed patched copy cannot be written.</exception>
    public static void LoadWithAssembly()
    {
        if (!AppContext.TryGetSwitch(LaterSwitch, out var later) || !later)
        {
            EnsureLoaded();
            return;
        }

        lock (Gate)
            Prepare();
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Tensors may be the first thing that a user of this assembly touches.")]
    internal static void Initialize() => LoadWithAssembly();

    private static void StartTorch()
    {
        try
        {
            torch.TryInitializeDeviceType(DeviceType.CPU);
        }
        catch (TypeInitializationException failure) when (failure.InnerException is NotSupportedException)
        {
            throw new AmendException(MissingLibtorch.Sentence, failure);
        }
    }

    private static KernelChoice ChooseKernels()
    {
        if (!OperatingSystem.IsLinux())
            return new KernelChoice(MatrixKernels.AsShipped, "others are known on Linux alone");
        var kernels = new MklKernels(new HostProcessor(), FunctionOf, ProductCheck.Holds);
        return kernels.Choose(Environment.GetEnvironmentVariable(MklKernels.Variable));
    }

    /// <summary>Sees to it that TorchSharp finds its library, whoever touches it first.</summary>
    private static void Prepare()
    {
        if (prepared || !OperatingSystem.IsLinux())
            return;
        prepared = true;
        // libgomp reads the native environment when it loads: spinning threads cost a factor of 3 on shared cores.
        NativeEnvironment.SetIfUnset("OMP_WAIT_POLICY", "PASSIVE");
        // libtorch then asks for large pages: a tenth of the time of statistics was the system's, which cleared small ones.
        NativeEnvironment.SetIfUnset("THP_MEM_ALLOC_ENABLE", "1");
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => Resolve(name));
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => Resolve(name);
    }

    private static nint LoadBridge()
    {
        var packaged = FindPackaged($"lib{BridgeLibrary}.so");
        if (packaged is null)
            return 0; // TorchSharp's own search knows places (scripting) that this one does not.
        if (FindPackaged(Computing) is null && !NativeLibrary.TryLoad(Computing, out _))
            throw new AmendException(MissingLibtorch.Sentence);
        LoadedLibrary = PatchedLibraryCache.Resolve(packaged, SystemHasMarkerVersion(), PatchedLibraryCache.DefaultFolder());
        if (LoadedLibrary == packaged)
            return 0;

        // The copy lies alone in the cache: what it needs must already be loaded when the loader asks by name.
        var folder = Path.GetDirectoryName(packaged)!;
        foreach (var library in Libtorch)
            NativeLibrary.Load(Path.Combine(folder, library));
        return NativeLibrary.Load(LoadedLibrary);
    }

    private static nint Resolve(string name) => name == BridgeLibrary ? Bridge.Value : 0;

    /// <summary>The address of a function that libtorch exports, else 0. Asked for a loaded library, the loader gives that one.</summary>
    internal static nint FunctionOf(string name) =>
        NativeLibrary.TryLoad(FindPackaged(Computing) ?? Computing, out var library)
        && NativeLibrary.TryGetExport(library, name, out var function)
            ? function
            : 0;

    /// <summary>Whether libstdc++ has <c>std::ios_base_library_init</c>, the only symbol of the marker version.</summary>
    internal static bool SystemHasMarkerVersion() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "_ZSt21ios_base_library_initv", out _);

    /// <summary>The path of a packaged native file as the host resolves it, or null.</summary>
    internal static string? FindPackaged(string file)
    {
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var probing = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return probing.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", $"linux-{architecture}", "native"))
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
