using Amend.Tensors;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Shipping.Exporting;

/// <summary>A type in which weights are written: numbers, or blocks of numbers that share a scale.</summary>
/// <param name="Name">What it is asked by, such as <c>fp16</c>.</param>
/// <param name="InGguf">Its type in a GGUF file.</param>
/// <param name="FileType">What a GGUF file says whose matrices are of it (llama.h, <c>llama_ftype</c>).</param>
public sealed record WrittenType(string Name, GgufType InGguf, uint FileType)
{
    /// <summary>Single precision.</summary>
    public static WrittenType Float32 { get; } = new("fp32", GgufType.Find("F32"), 0) { Numbers = ScalarType.Float32 };

    /// <summary>Half precision.</summary>
    public static WrittenType Float16 { get; } = new("fp16", GgufType.Find("F16"), 1) { Numbers = ScalarType.Float16 };

    /// <summary>Single precision without its last 16 bits.</summary>
    public static WrittenType BFloat16 { get; } = new("bf16", GgufType.Find("BF16"), 32) { Numbers = ScalarType.BFloat16 };

    /// <summary>All types, one line each.</summary>
    public static IReadOnlyList<WrittenType> All { get; } =
        [Float32, Float16, BFloat16, new("q8_0", GgufType.Find("Q8_0"), 7), new("q4_0", GgufType.Find("Q4_0"), 2)];

    /// <summary>The type of a number; null for blocks.</summary>
    public ScalarType? Numbers { get; private init; }

    /// <summary>The type of a name; <c>f32</c> and <c>f16</c>, as llama.cpp calls them, are names, too.</summary>
    /// <exception cref="AmendException">There is none of the name.</exception>
    public static WrittenType Find(string name) =>
        All.FirstOrDefault(type => name == type.Name || name.Equals(type.InGguf.Name, StringComparison.OrdinalIgnoreCase))
        ?? throw new AmendException(
            $"'{name}' was asked as a type of numbers; known: {string.Join(", ", All.Select(type => type.Name))}.");

    /// <summary>What a configuration calls a type of numbers, such as <c>float16</c>.</summary>
    public static string InConfiguration(ScalarType type) => type.ToString().ToLowerInvariant();

    /// <summary>A type's short name, such as <c>fp16</c>; the library's own for another.</summary>
    public static string NameOf(ScalarType type) => All.FirstOrDefault(known => known.Numbers == type)?.Name ?? type.ToString();

    /// <summary>The type of numbers, for a form that has no blocks.</summary>
    /// <param name="form">The form.</param>
    /// <exception cref="AmendException">It is one of blocks.</exception>
    public ScalarType For(string form) => Numbers
        ?? throw new AmendException($"--out-dtype {Name} is for GGUF files; leave it out with --to {form}, or give fp32, fp16 or bf16.");
}
