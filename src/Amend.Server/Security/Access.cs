using System.Collections.Concurrent;
using System.Net;
using Amend.Server.Problems;
using Amend.Tensors;
using Microsoft.AspNetCore.Http;

namespace Amend.Server.Security;

/// <summary>Who may ask a server: everybody on its machine where it has no keys, else who has one; and who has guessed too often.</summary>
public sealed class Access
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, int Failures)> _failures = [];
    private readonly TimeProvider _time;
    private readonly int _mostFailures;
    private readonly bool _isLoopback;

    /// <summary>Creates the rules of a server.</summary>
    /// <param name="keys">Its keys.</param>
    /// <param name="url">Where it listens.</param>
    /// <param name="mostFailures">Wrong keys of an address a minute before it is refused whatever it sends.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AmendException">It would listen for other machines without a key.</exception>
    public Access(KeyRing keys, Uri url, int mostFailures, TimeProvider time)
    {
        (Keys, _mostFailures, _time) = (keys, mostFailures, time);
        _isLoopback = IsLoopback(url.Host);
        if (!_isLoopback && keys.All.Count == 0)
        {
            throw new AmendException(
                $"'{url}' can be reached from other machines, and there is no key; make one with amend keys add NAME --role admin, "
                + "or listen on http://127.0.0.1:5150.");
        }
    }

    /// <summary>The keys.</summary>
    public KeyRing Keys { get; }

    /// <summary>Whether requests must have a key.</summary>
    public bool NeedsKeys => !_isLoopback || Keys.All.Count > 0;

    /// <summary>Whether a host is this machine by itself.</summary>
    public static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>
    /// Whether a request's host is one under which a server on loopback is asked: a page of another name that a browser was told is here
    /// (DNS rebinding) is refused.
    /// </summary>
    public bool Accepts(HostString host) => !_isLoopback || IsLoopback(host.Host);

    /// <summary>The refusal of an address that has sent too many wrong keys; null for others.</summary>
    internal Refusal? IsGuessing(HttpContext context)
    {
        if (!_failures.TryGetValue(AddressOf(context), out var failed) || failed.Failures < _mostFailures)
            return null;
        var left = failed.Since + Window - _time.GetUtcNow();
        return left > TimeSpan.Zero
            ? Refusal.TooMany($"{failed.Failures} wrong keys came from this address within a minute; wait before the next.", left)
            : null;
    }

    /// <summary>Counts a wrong key of an address.</summary>
    internal void CountFailure(HttpContext context)
    {
        var now = _time.GetUtcNow();
        foreach (var (address, _) in _failures.Where(one => one.Value.Since + Window < now))
            _failures.TryRemove(address, out _);
        _failures.AddOrUpdate(AddressOf(context), _ => (now, 1), (_, before) => (before.Since, before.Failures + 1));
    }

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";
}
