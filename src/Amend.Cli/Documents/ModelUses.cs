using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Inspection;
using Amend.Models.Weights;
using Amend.Tracing;
using static TorchSharp.torch;

namespace Amend.Cli.Documents;

/// <summary>What can be done with a model, and what that takes.</summary>
internal sealed record ModelUses
{
    /// <summary>The tokens of the request that memory is told for.</summary>
    private const int RequestTokens = 16;

    /// <summary>The program's own memory when it edits, as measured (docs/results/memory.md): .NET, libtorch and their code.</summary>
    private const long OfProgram = 230_000_000;

    /// <summary>What the model is, such as <c>causal decoder</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What <c>config.json</c> calls it.</summary>
    public required string Architecture { get; init; }

    /// <summary>The type that the weights would have in memory.</summary>
    public required string Dtype { get; init; }

    /// <summary>The tokens of the request that memory is told for; edits are told for one short request.</summary>
    public required int Tokens { get; init; }

    /// <summary>The memory of the program itself, in bytes.</summary>
    public long ProgramBytes { get; } = OfProgram;

    /// <summary>The memory of the weights in that type, in bytes.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>The memory that is free, in bytes; null where that is not known.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Asking, tracing, and each editor.</summary>
    public required IReadOnlyList<ModelUse> Uses { get; init; }

    /// <summary>The keys of <c>config.json</c> that change nothing here.</summary>
    public required IReadOnlyList<IgnoredSetting> Ignored { get; init; }

    /// <summary>Looks at a model without reading its values.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="found">What was found there.</param>
    /// <param name="type">The type that its weights would have in memory.</param>
    public static ModelUses Of(string path, ModelInspection found, ScalarType type)
    {
        using var shapes = LanguageModel.LoadShapes(path, type);
        var memory = PassMemory.Of(shapes);
        var traces = shapes.Transformer is CausalDecoder;
        return new ModelUses
        {
            Kind = string.Join(", ", shapes.Transformer.Kind.Names()),
            Architecture = shapes.Transformer.Architecture,
            Dtype = WeightTypes.NameOf(type),
            Tokens = RequestTokens,
            WeightBytes = memory.OfWeights(found.Parameters),
            FreeBytes = MachineMemory.Free(CPU),
            Uses =
            [
                new ModelUse(
                    "ask", null, true, shapes.HasTokenizer ? null : "needs token ids: it has no tokenizer", memory.OfAnswer(RequestTokens)),
                new ModelUse(
                    "trace", null, traces, traces ? null : $"needs {ModelKinds.CausalDecoder.AsText()}.",
                    traces ? CausalTracer.BytesFor(shapes, RequestTokens) : null),
                .. EditorNeed.Of(shapes).Select(need =>
                    new ModelUse("edit", need.Editor, need.Works, need.Reason, need.Bytes) { Preset = need.Preset?.Model }),
            ],
            Ignored = found.FindIgnored(),
        };
    }
}

/// <summary>A use of a model.</summary>
/// <param name="Use"><c>ask</c>, <c>trace</c> or <c>edit</c>.</param>
/// <param name="Editor">With which editor; null where it is no edit.</param>
/// <param name="Works">Whether the model can be used so.</param>
/// <param name="Reason">Why it cannot, or what it needs first; null where it needs nothing.</param>
/// <param name="Bytes">What it holds in memory beside the weights; null where it cannot be said.</param>
internal sealed record ModelUse(string Use, string? Editor, bool Works, string? Reason, long? Bytes)
{
    /// <summary>The model whose published or tuned settings an editor has; null for those of any model.</summary>
    public string? Preset { get; init; }
}
