using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Shipping.Adapters;

/// <summary>The tensors of an adapter's file, sorted by the modules that they belong to.</summary>
internal sealed class PeftTensors
{
    /// <summary>The ends of names that say what a tensor is, as PEFT writes them; the adapter's name may stand in some.</summary>
    private static readonly (string End, PeftPart Part)[] Ends =
    [
        (".lora_A.weight", PeftPart.A),
        (".lora_B.weight", PeftPart.B),
        (".lora_A.default.weight", PeftPart.A),
        (".lora_B.default.weight", PeftPart.B),
        (".lora_embedding_A", PeftPart.EmbeddingA),
        (".lora_embedding_B", PeftPart.EmbeddingB),
        (".lora_magnitude_vector", PeftPart.Magnitude),
        (".lora_magnitude_vector.weight", PeftPart.Magnitude),
        (".base_layer.weight", PeftPart.BaseWeight),
        (".base_layer.bias", PeftPart.Bias),
        (".modules_to_save.default.weight", PeftPart.Weight),
        (".modules_to_save.default.bias", PeftPart.Bias),
        (".modules_to_save.weight", PeftPart.Weight),
        (".modules_to_save.bias", PeftPart.Bias),
    ];

    private static readonly (string End, PeftPart Part)[] Plain = [(".weight", PeftPart.Weight), (".bias", PeftPart.Bias)];

    private readonly Dictionary<string, Dictionary<PeftPart, string>> _modules = new(StringComparer.Ordinal);

    /// <summary>Sorts the tensors of a file.</summary>
    /// <exception cref="AmendException">The file has a tensor of which is not known what it does.</exception>
    public PeftTensors(ITensorFile file)
    {
        foreach (var name in file.Entries.Select(entry => entry.Name))
        {
            var (module, part) = Split(name, file.Path);
            if (!_modules.TryGetValue(module, out var parts))
                _modules[module] = parts = [];
            if (!parts.TryAdd(part, name))
                throw new AmendException($"'{file.Path}' has {name} and another for the same part; save the adapter again with PEFT.");
        }
    }

    /// <summary>The modules that have tensors, without PEFT's wrapper.</summary>
    public IEnumerable<string> Modules => _modules.Keys.Order(StringComparer.Ordinal);

    /// <summary>The name of a module's tensor; null where it has none of the kind.</summary>
    public string? Find(string module, PeftPart part) => _modules[module].GetValueOrDefault(part);

    private static (string Module, PeftPart Part) Split(string name, string path)
    {
        var own = name.StartsWith(PeftNames.Wrapper, StringComparison.Ordinal) ? name[PeftNames.Wrapper.Length..] : name;
        foreach (var (end, part) in own.Contains(".lora_", StringComparison.Ordinal) ? Ends : [.. Ends, .. Plain])
        {
            if (own.EndsWith(end, StringComparison.Ordinal) && own.Length > end.Length)
                return (own[..^end.Length], part);
        }

        throw new AmendException(
            $"'{path}' has the tensor {ShownName.Of(name)}, of which is not known what it does; "
            + "merge the adapter with PEFT's merge_and_unload() instead.");
    }
}

/// <summary>What a tensor of an adapter is to its module.</summary>
internal enum PeftPart
{
    /// <summary>The factor on the side of the inputs, <c>[r,in]</c>.</summary>
    A,

    /// <summary>The factor on the side of the outputs, <c>[out,r]</c>.</summary>
    B,

    /// <summary>The factor on the side of an embedding's rows, <c>[r,rows]</c>.</summary>
    EmbeddingA,

    /// <summary>The factor on the side of an embedding's columns, <c>[width,r]</c>.</summary>
    EmbeddingB,

    /// <summary>DoRA's magnitudes, <c>[out]</c>.</summary>
    Magnitude,

    /// <summary>A copy of the weight that factors go on.</summary>
    BaseWeight,

    /// <summary>A weight that takes the place of the module's.</summary>
    Weight,

    /// <summary>A bias that takes the place of the module's.</summary>
    Bias,
}
