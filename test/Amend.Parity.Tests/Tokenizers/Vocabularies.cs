using System.Security.Cryptography;
using System.Text.Json;

namespace Amend.Parity.Tests.Tokenizers;

/// <summary>The files of golden tokenizers: the case's own, and the published ones, found by the hashes that the case states.</summary>
internal static class Vocabularies
{
    /// <summary>The environment variable that names a folder with published vocabularies.</summary>
    public const string Variable = "AMEND_GOLDEN_VOCAB";

    private static readonly (string Key, string File)[] Hashes = [("model_sha256", "tokenizer.model"), ("merges_sha256", "merges.txt"), ("vocab_sha256", "vocab")];
    private static readonly string[] Own = ["tokenizer.model", "vocab.txt"];
    private static readonly Lazy<Dictionary<string, string>> Published = new(FindPublished);

    /// <summary>Lays a case's files into a folder as a model folder has them; false where a published one is missing.</summary>
    public static bool TryLay(GoldenCase golden, JsonElement file, string folder)
    {
        foreach (var name in Own.Where(golden.Has))
            File.Copy(golden.File(name), Path.Combine(folder, name));
        foreach (var (key, name) in Hashes.Where(hash => file.TryGetProperty(hash.Key, out _)))
        {
            if (!Published.Value.TryGetValue(file.GetProperty(key).GetString()!, out var path))
                return false;
            var target = name != "vocab" ? name : file.TryGetProperty("merges_sha256", out _) ? "vocab.json" : "vocab.txt";
            File.Copy(path, Path.Combine(folder, target));
        }

        if (file.TryGetProperty("do_lower_case", out var lowerCases))
            File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), $$"""{"do_lower_case": {{lowerCases.GetRawText()}}}""");
        return true;
    }

    private static Dictionary<string, string> FindPublished()
    {
        var golden = Environment.GetEnvironmentVariable(GoldenCases.RootVariable);
        string?[] folders = [Environment.GetEnvironmentVariable(Variable), string.IsNullOrEmpty(golden) ? null : Path.Combine(golden, "..", "data", "vocab")];
        return folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder!, "*", SearchOption.AllDirectories))
            .GroupBy(path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))))
            .ToDictionary(same => same.Key, same => same.First());
    }
}
