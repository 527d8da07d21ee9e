using System.Text.Json;
using Amend.Models.Chat;
using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Models.Sources;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Models.Inspection;

/// <summary>
/// What is in a model's folder or file and what is wrong with it, found without reading the weights' values: configuration, family,
/// files and shards, every tensor's name, type and shape, and the tokenizer. The largest model takes a moment and no memory.
/// </summary>
public sealed class ModelInspection
{
    private readonly List<string> _problems = [];
    private readonly List<string> _notes = [];

    private readonly IModelSource _source;

    private ModelInspection(IModelSource source) => _source = source;

    /// <summary>The folder, or the GGUF file.</summary>
    public string Folder => _source.Path;

    /// <summary>The family's <c>model_type</c>; null where it is not known.</summary>
    public string? Family { get; private set; }

    /// <summary>What can be asked of the model; none where configuration and tensors do not give one.</summary>
    public ModelKinds Kind { get; private set; }

    /// <summary>What <c>config.json</c> calls the model; null where configuration and tensors do not give one.</summary>
    public string? Architecture { get; private set; }

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

    /// <summary>What a GGUF file says of itself; null for a folder, and for a file that cannot be read.</summary>
    public GgufFacts? Gguf { get; private set; }

    /// <summary>What keeps the model from being used, a sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>What is worth knowing, a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Looks at a folder or a GGUF file; whatever is wrong with it is in <see cref="Problems"/>.</summary>
    public static ModelInspection Run(string path)
    {
        var source = ModelSource.At(path);
        var inspection = new ModelInspection(source);
        using var said = inspection.Try(source.Describe);
        using var checkpoint = inspection.Try(
            () => QuantizedWeights.Explaining(
                said?.Configuration ?? default, ModelLoader.QuantizationOf(said), () => source.OpenWeights(isShapesOnly: true)));
        if (checkpoint is not null)
            inspection.Measure(checkpoint);
        inspection._notes.AddRange(said?.Notes ?? []);
        if (said is not null && inspection.Try(() => ModelLoader.FamilyOf(said)) is { } family)
            inspection.Build(family, said.Configuration, checkpoint);
        inspection.ReadTokenizer();
        inspection.ReadTemplate();
        inspection.Gguf = source is GgufModel ? inspection.Try(() => GgufFacts.Read(path, said?.Assumptions ?? [])) : null;
        return inspection;
    }

    /// <summary>
    /// The keys of <c>config.json</c> that change nothing here, found by trying each; none where configuration and tensors give no model.
    /// </summary>
    public IReadOnlyList<IgnoredSetting> FindIgnored()
    {
        if (Shape is null)
            return [];
        using var said = _source.Describe();
        using var checkpoint = _source.OpenWeights(isShapesOnly: true);
        return IgnoredSettings.Find(ModelLoader.FamilyOf(said), said.Configuration, checkpoint, StoredType ?? ScalarType.Float32);
    }

    private void Measure(Checkpoint checkpoint)
    {
        WeightFiles = _source is GgufModel ? _source.Files : [.. checkpoint.Files.Select(file => file.Path)];
        Bytes = WeightFiles.Sum(path => new FileInfo(path).Length);
        StoredType = checkpoint.Names.Select(checkpoint.Entry).GroupBy(entry => entry.DType)
            .OrderByDescending(type => type.Sum(entry => entry.Length)).Select(type => (ScalarType?)type.Key).FirstOrDefault();
    }

    private void Build(IModelFamily family, JsonElement config, Checkpoint? checkpoint)
    {
        TorchRuntime.EnsureLoaded();
        Family = family.ModelType;
        using var model = checkpoint is null ? null : Try(
            () => QuantizedWeights.Explaining(
                config, family.Quantization, () => family.Load(config, checkpoint, StoredType ?? ScalarType.Float32, META)));
        if (model is null)
            return;
        (Shape, Kind, Architecture) = (model.Shape, model.Kind, model.Architecture);
        _notes.AddRange(model.Weights.Notes);
        Parameters = model.Weights.All.Sum(weight => weight.Value.numel());
    }

    private void ReadTokenizer()
    {
        var before = _problems.Count;
        var tokenizer = Try(() => _source.ReadTokenizer(BuiltInFamilies.TokenizerDefaults, findsSpecialTokens: false));
        TokenizerSize = tokenizer?.VocabularySize;
        if (TokenizerSize is null && _problems.Count == before && _source is ModelFolder)
            _notes.Add("It has no tokenizer's files, so it can be asked by token ids only.");
        if (tokenizer is null || Shape is null || TokenizerSize <= Shape.Vocabulary)
            return;
        if (Try(() => BoundTokenizer.For(tokenizer, Shape)) is not null)
            _notes.Add($"The tokenizer has {TokenizerSize} ids, the model rows for {Shape.Vocabulary}: "
                + "texts that need one of the others are refused.");
    }

    /// <summary>A model can be asked without its template, so one that cannot be used is no problem.</summary>
    private void ReadTemplate()
    {
        try
        {
            HasChatTemplate = ChatTemplate.LoadOrNull(_source) is not null;
        }
        catch (AmendException e)
        {
            Tell(_notes, e.Message);
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
            Tell(_problems, e.Message);
            return null;
        }
    }

    /// <summary>What is wrong with a file that holds several parts is told once, and is no note then.</summary>
    private void Tell(List<string> list, string sentence)
    {
        if (!_problems.Contains(sentence))
            list.Add(sentence);
    }
}
