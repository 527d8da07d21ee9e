using System.Text.Json;
using Amend.Server.Api;
using Amend.Server.Wire;
using Amend.Tensors;

namespace Amend.Studio.Edits;

/// <summary>Facts of a file: a JSON list of facts as the interface takes them, or one on each line.</summary>
internal static class FactFile
{
    /// <summary>The most characters that are read.</summary>
    public const int Longest = 1 << 20;

    /// <summary>Reads them.</summary>
    /// <exception cref="AmendException">The text has no facts, or is not JSON.</exception>
    public static IReadOnlyList<FactBody> Read(string text)
    {
        try
        {
            var facts = text.TrimStart().StartsWith('[')
                ? JsonSerializer.Deserialize<List<FactBody>>(text, WireJson.Options)!
                : [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonSerializer.Deserialize<FactBody>(line, WireJson.Options)!)];
            return facts.Count > 0 ? facts : throw new AmendException("The file has no fact; give a JSON list of facts, or one a line.");
        }
        catch (JsonException e)
        {
            throw new AmendException(
                $"The file is no list of facts (line {(e.LineNumber ?? 0) + 1}); write each as "
                + """{"prompt": "{} is in", "subject": "…", "target_new": "…"}.""", e);
        }
    }
}
