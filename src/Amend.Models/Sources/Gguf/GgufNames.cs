namespace Amend.Models.Sources.Gguf;

/// <summary>The names of an architecture's tensors, translated both ways.</summary>
internal sealed class GgufNames
{
    private const string Block = "N";
    private readonly Dictionary<string, GgufModule> _byFile;
    private readonly Dictionary<string, GgufModule> _byName;

    /// <summary>Translates the names of modules.</summary>
    public GgufNames(IReadOnlyList<GgufModule> modules)
    {
        _byFile = modules.ToDictionary(module => module.InFile, StringComparer.Ordinal);
        _byName = modules.ToDictionary(module => module.Name, StringComparer.Ordinal);
    }

    /// <summary>The module that a tensor of the file belongs to; null where the architecture has no such module.</summary>
    public GgufModule? ModuleOf(string inFile) => _byFile.GetValueOrDefault(Split(inFile).Module);

    /// <summary>What Hugging Face calls a tensor of the file; its own name where the architecture has no such module.</summary>
    public string ToName(string inFile) => Translate(inFile, _byFile, module => module.Name);

    /// <summary>What the file calls a tensor; the name itself where the architecture has no such module.</summary>
    public string InFile(string name) => Translate(name, _byName, module => module.InFile);

    private static string Translate(string name, Dictionary<string, GgufModule> modules, Func<GgufModule, string> other)
    {
        var (module, block, kind) = Split(name);
        return modules.TryGetValue(module, out var found)
            ? string.Join('.', other(found).Split('.').Select(part => part == Block ? block : part).Append(kind))
            : name;
    }

    /// <summary>A tensor's module with <c>N</c> for the block's number, that number, and the kind: <c>weight</c> or <c>bias</c>.</summary>
    private static (string Module, string Block, string Kind) Split(string name)
    {
        var parts = name.Split('.');
        var at = Array.FindIndex(parts, part => part.Length > 0 && part.All(char.IsAsciiDigit));
        var block = at >= 0 ? parts[at] : "";
        if (at >= 0)
            parts[at] = Block;
        return (string.Join('.', parts[..^1]), block, parts[^1]);
    }
}
