using System.Text.Json;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.Adapters;

/// <summary>An adapter's files as PEFT reads them: what of the tensors is used, and the change that it makes of them. A test's own reader.</summary>
internal sealed class WrittenAdapter(string folder)
{
    private const string Prefix = "base_model.model.";

    /// <summary>The configuration.</summary>
    public JsonElement Config { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json"))).RootElement;

    /// <summary>The modules that have tensors, without PEFT's prefix.</summary>
    public IReadOnlyList<string> Modules
    {
        get
        {
            using var file = Open();
            return [.. file.Entries.Where(entry => entry.Name.EndsWith(".lora_A.weight", StringComparison.Ordinal)).Select(entry => entry.Name[Prefix.Length..^".lora_A.weight".Length])];
        }
    }

    /// <summary>scale · B A, <c>[out,in]</c>, in float64; the caller's scope owns it.</summary>
    public Tensor Change(string module)
    {
        using var file = Open();
        using var scope = NewDisposeScope();
        var a = file.Load($"{Prefix}{module}.lora_A.weight", ScalarType.Float64);
        var b = file.Load($"{Prefix}{module}.lora_B.weight", ScalarType.Float64);
        var rank = Of("rank_pattern", module) ?? Config.GetProperty("r").GetDouble();
        var alpha = Of("alpha_pattern", module) ?? Config.GetProperty("lora_alpha").GetDouble();
        Assert.Equal(rank, a.shape[0]);
        Assert.Contains(module, Config.GetProperty("target_modules").EnumerateArray().Select(one => one.GetString()));
        return (b.matmul(a) * (alpha / rank)).MoveToOuterDisposeScope();
    }

    private double? Of(string pattern, string module) =>
        Config.GetProperty(pattern).TryGetProperty(module, out var value) ? value.GetDouble() : null;

    private SafeTensorsFile Open() => SafeTensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors"));
}
