using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Models.Sources;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Models;

/// <summary>
/// A model as it lies on disk: its files, and where in them each of its parameters is. No value is in memory; what is asked for is read
/// one tensor at a time, so the largest model can be looked at, copied and written anew. Owns the open files.
/// </summary>
public sealed class StoredModel : IDisposable
{
    private readonly TransformerModel _form;
    private readonly Dictionary<string, string> _used;

    private StoredModel(IModelSource source, ModelDescription said, Checkpoint checkpoint, IModelFamily family, TransformerModel form)
    {
        (Source, Description, Checkpoint, Family, _form) = (source, said, checkpoint, family, form);
        _used = new(StringComparer.Ordinal);
        foreach (var weight in form.Weights.All)
            _used.TryAdd(weight.NameInFile, weight.Place?.Tensor ?? weight.Name); // Tied weights may be read from one tensor.
    }

    /// <summary>Where the model is.</summary>
    public IModelSource Source { get; }

    /// <summary>Its configuration; it belongs to this.</summary>
    public ModelDescription Description { get; }

    /// <summary>Its open weights; they belong to this.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>Its family.</summary>
    public IModelFamily Family { get; }

    /// <summary>What kind of model it is.</summary>
    public ModelKinds Kind => _form.Kind;

    /// <summary>The sizes of the stack that gives the output.</summary>
    public ModelShape Shape => _form.Shape;

    /// <summary>The names of its parameters.</summary>
    public IReadOnlyList<string> Names => [.. _form.Weights.All.Select(weight => weight.Name)];

    /// <summary>The weights through which MLPs write into the residual stream, where editors of facts write.</summary>
    public IReadOnlyList<string> DownProjections =>
    [
        .. from stack in _form.Stacks
           from layer in Enumerable.Range(0, _form.ShapeOf(stack).Layers)
           from part in _form.DownMap(stack, layer).Parts
           select part.Name,
    ];

    /// <summary>Opens a model's files and finds its parameters in them; the caller disposes.</summary>
    /// <param name="path">A folder in Hugging Face form, a GGUF file, or a base and an overlay.</param>
    /// <exception cref="Tensors.AmendException">It cannot be read as a model of a known family.</exception>
    public static StoredModel Open(string path)
    {
        TorchRuntime.EnsureLoaded();
        var source = ModelSource.At(path);
        var said = source.Describe();
        Checkpoint? checkpoint = null;
        try
        {
            checkpoint = QuantizedWeights.Explaining(
                said.Configuration, ModelLoader.QuantizationOf(said), () => source.OpenWeights());
            var family = ModelLoader.FamilyOf(said);
            using var shapes = source.OpenWeights(isShapesOnly: true);
            return new StoredModel(source, said, checkpoint, family, family.Load(said.Configuration, shapes, ScalarType.Float32, META));
        }
        catch
        {
            checkpoint?.Dispose();
            said.Dispose();
            throw;
        }
    }

    /// <summary>A parameter: its name, its shape and its name in the files; its value has no memory.</summary>
    /// <exception cref="Configuration.ModelFormatException">The model has none of the name.</exception>
    public ModelWeight Weight(string name) => _form.Weights[name];

    /// <summary>Whether the model has a parameter of the name.</summary>
    public bool HasWeight(string name) => _form.Weights.Contains(name);

    /// <summary>A parameter's value as it lies in the files, in float32; the caller disposes.</summary>
    /// <param name="name">Its name.</param>
    /// <returns><c>[out,in]</c> for the weight of a linear layer, whatever the files have.</returns>
    /// <exception cref="Tensors.AmendException">There is no such parameter, or the files changed.</exception>
    public Tensor Load(string name) => Weight(name).Load(Checkpoint, ScalarType.Float32);

    /// <summary>
    /// The hash that the model's weights have once they are loaded in a type, <see cref="LanguageModel.BaseHash"/>; one parameter at a time
    /// is in memory.
    /// </summary>
    /// <param name="type">The type.</param>
    /// <exception cref="Tensors.AmendException">A parameter is not in the files, or they changed.</exception>
    public string Hash(ScalarType type)
    {
        Tensor? value = null;
        try
        {
            return _form.Weights.Hash(weight =>
            {
                value?.Dispose();
                return value = weight.Load(Checkpoint, type);
            });
        }
        finally
        {
            value?.Dispose();
        }
    }

    /// <summary>
    /// The tensors of the files that hold a parameter: its own, and copies of it that the model does not read, as files keep them of tied
    /// weights; a reader that does not tie them reads the copy.
    /// </summary>
    /// <param name="name">The parameter's name.</param>
    public IReadOnlyList<string> TensorsOf(string name)
    {
        var own = Weight(name).NameInFile;
        return [own, .. Checkpoint.Names.Where(other => !_used.ContainsKey(other) && Checkpoint.AreEqual(own, other))];
    }

    /// <summary>The parameter that a tensor of the files is; the tensor's own name where the model reads it for none.</summary>
    public string NameOf(string tensor) => _used.GetValueOrDefault(tensor, tensor);

    /// <inheritdoc/>
    public void Dispose()
    {
        _form.Dispose();
        Checkpoint.Dispose();
        Description.Dispose();
    }
}
