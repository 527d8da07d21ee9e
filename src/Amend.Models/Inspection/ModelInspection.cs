using System.Text.Json;
using Amend.Models.Chat;
using Amend.Models.Configuration;
using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Models.Tokenizers.Formats;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Inspection;

/// <summary>
/// What is in a model folder and what is wrong with it, found without reading the weights' values: configuration, family, files
/// and shards, every tensor's name, type and shape, and the tokenizer. The largest model takes a moment and no memory.
/// </summary>
public sealed class ModelInspection
{
    private readonly List<string> _problems = [];
    private readonly List<string> _notes = [];

    private ModelInspection(string folder) => Folder = Path.GetFullPath(folder);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The family's <c>model_type</c>; null where it is not known.</summary>
    public string? Family { get; private set; }

    /// <summary>The sizes; null where configuration and tensors do not give a model.</summary>
    public ModelShape? Shape { get; private set; }

    /// <summary>The number of parameters; 0 where there is no model.</summary>
    public long Parameters { get; private set; }

    /// <summary>The files of the weights; none where they cannot be opened.</summary>
    public IReadOnlyList<string> WeightFiles { get; private set; } = [];

    /// <summary>The size of those files in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The type that most elements have in the files; null where there are none.</summary>
    public ScalarType? StoredType { get; private set; }

    /// <summary>The tokenizer's number of ids; null where there is none.</summary>
    public int? TokenizerSize { get; private set; }

    /// <summary>Whether there is a chat template that can be used.</summary>
    public bool HasChatTemplate { get; private set; }

    /// <summary>What keeps the folder from being used, a sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>What is worth knowing, a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Looks at a folder; whatever is wrong with it is in <see cref="Problems"/>.</summary>
    public static ModelInspection Of(string folder)
    {
        var inspection = new ModelInspection(folder);
        using var config = inspection.Try(() => ReadConfig(folder));
        using var checkpoint = inspection.Try(() => Checkpoint.OpenShapes(folder));
        if (checkpoint is not null)
            inspection.Measure(checkpoint);
        if (config is not null && inspection.Try(() => FamilyOf(folder, config)) is { } family)
            inspection.Build(family, config, checkpoint);
        inspection.ReadTokenizer();
        inspection.ReadTemplate();
        return inspection;
    }

    private static JsonDocument ReadConfig(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        return File.Exists(path)
            ? LanguageModel.ParseConfig(path)
            : throw new ModelFormatException($"'{folder}' has no config.json; give a folder in Hugging Face form.");
    }

    private static IModelFamily FamilyOf(string folder, JsonDocument config) =>
        BuiltInFamilies.Find(LanguageModel.ModelTypeOf(config.RootElement), Path.Combine(folder, "config.json"));

    private void Measure(Checkpoint checkpoint)
    {
        WeightFiles = [.. checkpoint.Files.Select(file => file.Path)];
        Bytes = WeightFiles.Sum(path => new FileInfo(path).Length);
        StoredType = checkpoint.Names.Select(checkpoint.Entry).GroupBy(entry => entry.DType)
            .OrderByDescending(type => type.Sum(entry => entry.Length)).Select(type => (ScalarType?)type.Key).FirstOrDefault();
    }

    private void Build(IModelFamily family, JsonDocument config, Checkpoint? checkpoint)
    {
        Family = family.ModelType;
        using var model = checkpoint is null ? null : Try(() => family.Load(config.RootElement, checkpoint, StoredType ?? ScalarType.Float32, META));
        if (model is null)
            return;
        Shape = model.Shape;
        Parameters = model.Weights.All.Sum(weight => weight.Value.numel());
    }

    private void ReadTokenizer()
    {
        var before = _problems.Count;
        TokenizerSize = Try(() => TokenizerLoader.LoadOrNull(Folder))?.VocabularySize;
        if (TokenizerSize is null && _problems.Count == before)
            _notes.Add("It has no tokenizer's files, so it can be asked by token ids only.");
        if (TokenizerSize > Shape?.Vocabulary)
            _problems.Add($"The tokenizer has {TokenizerSize} ids, the model {Shape.Vocabulary}; take both from the same model.");
    }

    /// <summary>A model can be asked without its template, so one that cannot be used is no problem of the folder.</summary>
    private void ReadTemplate()
    {
        try
        {
            HasChatTemplate = ChatTemplate.LoadOrNull(Folder) is not null;
        }
        catch (ModelFormatException e)
        {
            _notes.Add(e.Message);
        }
    }

    private T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is AmendException or IOException or UnauthorizedAccessException)
        {
            _problems.Add(e.Message);
            return null;
        }
    }
}
