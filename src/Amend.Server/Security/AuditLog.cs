using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Amend.Editing.Homes;
using Amend.Server.Problems;
using Amend.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace Amend.Server.Security;

/// <summary>
/// Who changed what and when: one JSON line a change, appended and flushed, in Amend's home. Refused changes are in it, too.
/// </summary>
public sealed class AuditLog
{
    private const string Done = "done";
    private readonly Lock _gate = new();

    /// <summary>The log of a home.</summary>
    public AuditLog(AmendHome home) => Path = System.IO.Path.Combine(home.Server, "audit.jsonl");

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Does a change, and notes it whether it succeeds or not.</summary>
    /// <param name="who">Who asked for it.</param>
    /// <param name="action">What was asked, such as <c>edit</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="change">Changes it.</param>
    /// <param name="editsOf">The edits that it was about, from its result.</param>
    public async Task<T> NoteAsync<T>(Asker who, string action, string model, Func<Task<T>> change, Func<T, IReadOnlyList<string>> editsOf)
    {
        try
        {
            var result = await change().ConfigureAwait(false);
            Append(AuditEntry.Of(who, action, model, editsOf(result), Done));
            return result;
        }
        catch (Exception e)
        {
            Append(AuditEntry.Of(who, action, model, [], Refusal.Of(e).Sentence));
            throw;
        }
    }

    private void Append(AuditEntry entry)
    {
        var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(entry, WireJson.Options) + "\n");
        lock (_gate)
        {
            OwnedFolder.Make(System.IO.Path.GetDirectoryName(Path)!);
            using var stream = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            stream.Write(line);
            stream.Flush(flushToDisk: true);
        }
    }
}

/// <summary>A line of the log.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Who">The name of the key, or <c>owner</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="Action">What was asked.</param>
/// <param name="Model">The model.</param>
/// <param name="Edits">The edits that it is about.</param>
/// <param name="Outcome"><c>done</c>, or why not.</param>
public sealed record AuditEntry(
    DateTimeOffset Time,
    string Who,
    string Role,
    string Address,
    string Action,
    string Model,
    IReadOnlyList<string> Edits,
    string Outcome)
{
    /// <summary>A line of now.</summary>
    internal static AuditEntry Of(Asker who, string action, string model, IReadOnlyList<string> edits, string outcome) =>
        new(DateTimeOffset.UtcNow, who.Name, who.Role, who.Address, action, model, edits, outcome);
}

/// <summary>Who asked for something.</summary>
/// <param name="Name">The name of the key, or <c>owner</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="Address">Where the request came from.</param>
public sealed record Asker(string Name, string Role, string Address)
{
    /// <summary>The claim that has the address.</summary>
    internal const string AddressClaim = "address";

    /// <summary>Who asks in a request.</summary>
    public static Asker Of(HttpContext context) => Of(context.User);

    /// <summary>Who somebody is that has shown a key, or who needs none.</summary>
    public static Asker Of(ClaimsPrincipal user) => new(
        user.Identity?.Name ?? "", user.FindFirstValue(ClaimTypes.Role) ?? "", user.FindFirstValue(AddressClaim) ?? "");
}
