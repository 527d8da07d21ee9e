using Amend.Models;
using Amend.Models.Sources.Gguf;
using Amend.Shipping.Exporting;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests;

/// <summary>A model on disk with edits, and a place to export to; owns them.</summary>
internal sealed class ExportFixture : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ShippedEdits _edits;
    private readonly StoredModel _stored;

    /// <summary>Opens a model with edits, which it then owns.</summary>
    /// <param name="path">The model's folder or file.</param>
    /// <param name="edits">Each edit's changes, by the weights' names.</param>
    public ExportFixture(string path, params (string Weight, IWeightDelta Delta)[][] edits)
    {
        _stored = StoredModel.Open(path);
        _edits = new ShippedEdits([.. edits.Select((changes, seed) => SampleEdits.Of("base", seed, changes))]);
    }

    /// <summary>A place where nothing is yet, for a folder.</summary>
    public string Target => _folder.File("out");

    /// <summary>One for a GGUF file.</summary>
    public string File => _folder.File("out.gguf");

    /// <summary>The model as it lies on disk.</summary>
    public StoredModel Stored => _stored;

    /// <summary>The edits.</summary>
    public ShippedEdits Edits => _edits;

    /// <summary>A random change of a rank; the caller disposes.</summary>
    public static LowRankDelta Factors(long outputs, long inputs, int rank, int seed, double size = 0.1)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        return new LowRankDelta(randn([outputs, rank], generator: generator) * size, randn([inputs, rank], generator: generator) * size);
    }

    /// <summary>Exports the edits, to <see cref="File"/> or <see cref="Target"/> where no place is given.</summary>
    public ExportOutcome Export(string form, ExportOptions? options = null, string? to = null)
    {
        var own = form.StartsWith("gguf", StringComparison.Ordinal) ? File : Target;
        return BuiltInExporters.All.Find(form).Write(new ExportJob(_stored, _edits, to ?? own, options ?? new ExportOptions()));
    }

    /// <summary>What the model's GGUF file, its own or that of its folder, calls a weight.</summary>
    public string NameInFile(string weight) =>
        new GgufLayout(_stored.Family.Gguf!, _stored.Description.Configuration).NameInFile(_stored.Weight(weight));

    /// <summary>Applies the edits to a model that was loaded from the same place.</summary>
    public void ApplyTo(LanguageModel model)
    {
        foreach (var edit in _edits.Edits)
            model.Applied.Apply(edit.Id, edit.Effects);
    }

    public void Dispose()
    {
        _edits.Dispose();
        _stored.Dispose();
        _folder.Dispose();
    }
}
