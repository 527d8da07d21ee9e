namespace Amend.Models.Sources.Gguf;

/// <summary>The names of an architecture's tensors, translated both ways.</summary>
internal sealed class GgufNames
{
    /// <summary>Stands in both names for the block's number.</summary>
    private const string Block = "N";

    /// <summary>Stands in Hugging Face's name for the number of a module that a tensor of the file holds with others.</summary>
    private const string Member = "E";

    private readonly Dictionary<string, GgufModule> _byFile;
    private readonly Dictionary<string, GgufModule> _byName;

    /// <summary>Translates the names of modules.</summary>
    public GgufNames(IReadOnlyList<GgufModule> modules)
    {
        _byFile = modules.ToDictionary(module => module.InFile, StringComparer.Ordinal);
        _byName = modules.ToDictionary(module => module.Name, StringComparer.Ordinal);
    }

    /// <summary>The module that a tensor of the file belongs to; null where the architecture has no such module.</summary>
    public GgufModule? ModuleOf(string inFile) => Find(new Numbered(inFile), _byFile);

    /// <summary>What Hugging Face calls a tensor of the file; its own name where the architecture has no such module.</summary>
    /// <param name="inFile">The tensor's name in the file.</param>
    /// <param name="member">Which of the modules that it holds, where it holds several.</param>
    public string ToName(string inFile, int member = 0) =>
        Translate(new Numbered(inFile) { Member = member }, _byFile, module => module.Name);

    /// <summary>What the file calls a tensor; the name itself where the architecture has no such module.</summary>
    public string InFile(string name) => Translate(new Numbered(name), _byName, module => module.InFile);

    /// <summary>Which of the modules that a tensor of the file holds has a name; null where its tensor is its own.</summary>
    public int? MemberOf(string name) =>
        new Numbered(name) is var numbered && Find(numbered, _byName)?.IsStack == true ? numbered.Member : null;

    /// <summary>A module, found by its own name or by that of a tensor.</summary>
    private static GgufModule? Find(Numbered name, Dictionary<string, GgufModule> modules) =>
        modules.GetValueOrDefault(name.Pattern) is { IsTensor: true } tensor ? tensor : modules.GetValueOrDefault(name.Module);

    private static string Translate(Numbered name, Dictionary<string, GgufModule> modules, Func<GgufModule, string> other) =>
        Find(name, modules) is not { } found ? name.Full : name.Fill(found.IsTensor ? other(found) : $"{other(found)}.{name.Kind}");

    /// <summary>A tensor's name with letters in the places of its numbers.</summary>
    private sealed record Numbered
    {
        private static readonly string[] Letters = [Block, GgufNames.Member];

        public Numbered(string full)
        {
            Full = full;
            var parts = full.Split('.');
            int[] places = [.. Enumerable.Range(0, parts.Length).Where(at => parts[at].Length > 0 && parts[at].All(char.IsAsciiDigit))];
            int[] numbers = [.. places.Take(Letters.Length).Select(at => int.TryParse(parts[at], out var number) ? number : 0)];
            for (var i = 0; i < numbers.Length; i++)
                parts[places[i]] = Letters[i];
            Pattern = string.Join('.', parts);
            (Number, Member) = (numbers.ElementAtOrDefault(0), numbers.ElementAtOrDefault(1));
        }

        public string Full { get; }

        public string Pattern { get; }

        public int Number { get; }

        public int Member { get; init; }

        /// <summary>The pattern without its last part, <c>weight</c> or <c>bias</c>.</summary>
        public string Module => Pattern.LastIndexOf('.') is >= 0 and var end ? Pattern[..end] : "";

        public string Kind => Pattern[(Pattern.LastIndexOf('.') + 1)..];

        public string Fill(string pattern) => string.Join('.', pattern.Split('.').Select(part =>
            part == Block ? $"{Number}" : part == GgufNames.Member ? $"{Member}" : part));
    }
}
