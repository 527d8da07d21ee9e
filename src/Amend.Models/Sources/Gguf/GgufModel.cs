using System.Globalization;
using System.Text.RegularExpressions;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;
using Amend.Models.Tokenizers.Gguf;
using Amend.Tensors.Files;
using Amend.Tensors.Files.Gguf;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// A model in a GGUF file, or in the parts of a split one: the configuration with Hugging Face's keys from its metadata, the weights
/// under Hugging Face's names and with a checkpoint's values, and the tokenizer of its own vocabulary.
/// </summary>
public sealed partial class GgufModel : IModelSource
{
    /// <summary>The ending by which files are known.</summary>
    public const string Extension = ".gguf";

    private const string ArchitectureKey = "general.architecture";
    private const string KindKey = "general.type";
    private const string ModelKind = "model";

    /// <summary>The end of the name of a tensor that old files hold though it can be computed.</summary>
    private const string OldFrequencies = ".attn_rot_embd";

    private readonly IReadOnlyList<IGgufArchitecture> _architectures;
    private readonly string? _tokenizerFolder;

    /// <summary>Names a file; nothing is read yet.</summary>
    /// <param name="path">The file, or the first part of a split one.</param>
    /// <param name="architectures">The architectures that are known.</param>
    /// <param name="tokenizerFolder">The folder of the tokenizer's files; the file's own tokenizer when null.</param>
    public GgufModel(string path, IReadOnlyList<IGgufArchitecture> architectures, string? tokenizerFolder = null)
    {
        Path = System.IO.Path.GetFullPath(path);
        Name = PartEnding().Replace(System.IO.Path.GetFileNameWithoutExtension(path), "");
        (_architectures, _tokenizerFolder) = (architectures, tokenizerFolder);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => PartsOf(Path);

    /// <summary>Whether a path is that of a GGUF file, whatever is in it.</summary>
    public static bool IsAt(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>The GGUF models of a folder: its files, and of split ones the first parts.</summary>
    public static IReadOnlyList<string> In(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Where(path => IsAt(path) && PartsOf(path)[0] == path).Order(StringComparer.Ordinal)]
        : [];

    /// <inheritdoc/>
    public string? TokenizerFolder => _tokenizerFolder;

    /// <inheritdoc/>
    public ModelDescription Describe()
    {
        using var file = GgufFile.Open(Path);
        var architecture = ArchitectureOf(file);
        var vocabulary = new GgufVocabulary(file.Metadata, Path);
        return new ModelDescription(GgufConfiguration.Of(file, architecture), Path)
        {
            Ends = vocabulary.Ends,
            Notes = vocabulary.Exists ? vocabulary.Notes : [NoTokenizer],
            Assumptions = architecture.Assumptions,
        };
    }

    /// <inheritdoc/>
    public Checkpoint OpenWeights(bool isShapesOnly = false)
    {
        var file = GgufFile.Open(Path);
        try
        {
            var architecture = ArchitectureOf(file);
            using var configuration = GgufConfiguration.Of(file, architecture);
            var names = new GgufNames(architecture.Modules(configuration.RootElement));
            RefuseUnknown(file, names, architecture);
            return Checkpoint.Over(new GgufTensors(file, names), isShapesOnly);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ITokenizer? ReadTokenizer(IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens)
    {
        if (_tokenizerFolder is not null)
            return TokenizerLoader.LoadOrNull(_tokenizerFolder, families, findsSpecialTokens);
        using var file = GgufFile.Open(Path);
        var vocabulary = new GgufVocabulary(file.Metadata, Path);
        return vocabulary.Exists ? GgufTokenizer.Create(vocabulary, findsSpecialTokens) : null;
    }

    /// <inheritdoc/>
    public ModelChatTemplates ReadChatTemplates()
    {
        using var file = GgufFile.Open(Path);
        return GgufChatTemplates.Read(file.Metadata, Path);
    }

    private string NoTokenizer =>
        $"'{Path}' has no tokenizer ({GgufVocabulary.ModelKey}), so it can be asked by token ids only; take a file with one.";

    private IGgufArchitecture ArchitectureOf(GgufFile file)
    {
        var name = file.Metadata.Text(ArchitectureKey);
        if (file.Metadata.TextOrNone(KindKey) is { } kind && kind != ModelKind)
            throw new ModelFormatException(GgufKinds.Refusal(Path, kind));
        return _architectures.FirstOrDefault(known => known.Name == name && known.Reads(new GgufSettings(file, name)))
            ?? throw new ModelFormatException(
                GgufKinds.RefusalOfArchitecture(Path, name, _architectures.Select(known => known.Name).Distinct()));
    }

    /// <summary>A tensor that the architecture has no place for would be left out, and the model would compute something else.</summary>
    private void RefuseUnknown(GgufFile file, GgufNames names, IGgufArchitecture architecture)
    {
        const int MostShown = 3;
        var unknown = file.Entries.Select(entry => entry.Name).Where(name => names.ModuleOf(name) is null
            && !GgufRotary.Tensors.Contains(name) && !name.Contains(OldFrequencies, StringComparison.Ordinal)).ToList();
        if (unknown.Count > 0)
        {
            throw new ModelFormatException(
                $"'{Path}' has {unknown.Count} tensors that models of the architecture '{architecture.Name}' do not have here, such as "
                + $"{string.Join(", ", unknown.Take(MostShown).Select(name => $"'{name}'"))}; take a file without them.");
        }
    }

    /// <summary>The file itself, or all parts of a split model, the first one first, whether they are there or not.</summary>
    internal static string[] PartsOf(string path)
    {
        if (PartName().Match(path) is not { Success: true } match)
            return [path];
        var digits = match.Groups[1].Value;
        var count = int.Parse(digits, CultureInfo.InvariantCulture);
        return [.. Enumerable.Range(1, count).Select(number => $"{path[..match.Index]}-{number:D5}-of-{digits}{match.Groups[2].Value}")];
    }

    [GeneratedRegex(@"-\d{5}-of-(\d{5})(\.gguf)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PartName();

    [GeneratedRegex(@"-\d{5}-of-\d{5}\z")]
    private static partial Regex PartEnding();
}
