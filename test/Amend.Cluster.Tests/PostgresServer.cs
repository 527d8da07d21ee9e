using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

[assembly: AssemblyFixture(typeof(Amend.Cluster.Tests.PostgresServer))]

namespace Amend.Cluster.Tests;

/// <summary>A PostgreSQL of the tests' own, in a folder of theirs, on a free port of the loopback address.</summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>Tests that use it follow each other: some kill it.</summary>
    public const string Alone = "database";

    private const string Missing = "PostgreSQL is not on this machine; install it with eng/test-services.sh.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TempFolder _folder = new();
    private readonly string[] _settings;
    private Process? _server;
    private int _databases;

    /// <summary>Makes and starts it, where PostgreSQL is installed.</summary>
    public PostgresServer()
        : this(certificate: null)
    {
    }

    /// <summary>Makes and starts it; with a certificate, as PEM, and its key it encrypts its connections.</summary>
    internal PostgresServer((string Certificate, string Key)? certificate)
    {
        _settings = certificate is null ? [] : ["-c", "ssl=on"];
        if (Programs is null || (Environment.IsPrivilegedProcess && !File.Exists("/usr/bin/setpriv")))
            return;
        if (Environment.IsPrivilegedProcess)
            Run("chown", "postgres", _folder.Path);
        Run(Wrapped("initdb", "-D", Data, "-A", "trust", "-U", "amend", "--no-sync"));
        if (certificate is var (pem, key))
        {
            Lay("server.crt", pem);
            Lay("server.key", key);
        }

        Start();
    }

    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(Directory.Exists)
        : null;

    /// <summary>Its port on the loopback address.</summary>
    internal int Port { get; } = FreePort();

    private string Data => _folder.File("data");

    /// <summary>The address of a new database; the test is skipped where there is no PostgreSQL.</summary>
    /// <param name="through">The wire that it goes through; directly when null.</param>
    internal string NewDatabaseText(CutWire? through = null)
    {
        Assert.SkipWhen(_server is null, Missing);
        var name = $"amend{Interlocked.Increment(ref _databases)}";
        Run(Wrapped("createdb", "-h", _folder.Path, "-p", $"{Port}", "-U", "amend", name));
        return $"Host=127.0.0.1;Port={through?.Port ?? Port};Database={name};Username=amend";
    }

    /// <summary>Kills it, with all that it does.</summary>
    public void Kill()
    {
        _server!.Kill(entireProcessTree: true);
        _server.WaitForExit();
    }

    /// <summary>Starts it again.</summary>
    public void Start()
    {
        var command = Wrapped("postgres", ["-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder.Path}", "-c", "fsync=off", "-c", "max_connections=200", .. _settings]);
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        _server = Process.Start(StartOf(command))!;
        _server.OutputDataReceived += (_, _) => { };
        _server.ErrorDataReceived += (_, _) => { };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        Assert.True(
            SpinWait.SpinUntil(() => _server.HasExited || Exits(Wrapped("pg_isready", "-h", "127.0.0.1", "-p", $"{Port}")) == 0, Patience),
            "PostgreSQL did not start in a minute.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_server is { HasExited: false })
            Kill();
        _folder.Dispose();
    }

    /// <summary>Writes a file that it alone may read.</summary>
    private void Lay(string name, string text)
    {
        var path = Path.Combine(Data, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (Environment.IsPrivilegedProcess)
            Run("chown", "postgres", path);
    }

    /// <summary>A command of PostgreSQL, which runs as its own user where the tests are root's.</summary>
    private static string[] Wrapped(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(Programs!, program), .. arguments];
        return Environment.IsPrivilegedProcess
            ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command]
            : command;
    }

    private static void Run(params string[] command) => Assert.Equal(0, Exits(command));

    private static int Exits(string[] command)
    {
        using var process = Process.Start(StartOf(command))!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static ProcessStartInfo StartOf(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
