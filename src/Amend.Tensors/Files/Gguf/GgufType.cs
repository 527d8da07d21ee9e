using Amend.Tensors.Files.Gguf.Blocks;
using static TorchSharp.torch;

namespace Amend.Tensors.Files.Gguf;

/// <summary>
/// One type of a tensor in a GGUF file (ggml.h, <c>ggml_type</c>): numbers as they are, or blocks of a few whole numbers that
/// share a scale.
/// </summary>
/// <param name="Name">Its name, such as <c>Q4_K</c>.</param>
/// <param name="Number">Its number in a file.</param>
/// <param name="BlockElements">How many elements a block holds; 1 where numbers stand as they are.</param>
/// <param name="BlockBytes">How many bytes a block takes.</param>
public sealed record GgufType(string Name, int Number, int BlockElements, int BlockBytes)
{
    /// <summary>What a message advises in place of a type that is not read.</summary>
    internal const string Advised = "Q4_K_M, Q8_0 or F16";

    /// <summary>The types that are read, by number.</summary>
    public static IReadOnlyList<GgufType> All { get; } =
    [
        Plain("F32", 0, 4, ScalarType.Float32),
        Plain("F16", 1, 2, ScalarType.Float16),
        Quantised("Q4_0", 2, 32, 18, RoundBlocks.Q4_0, RoundQuantisers.Q4_0),
        Quantised("Q4_1", 3, 32, 20, RoundBlocks.Q4_1, RoundQuantisers.Q4_1),
        Quantised("Q5_0", 6, 32, 22, RoundBlocks.Q5_0, RoundQuantisers.Q5_0),
        Quantised("Q5_1", 7, 32, 24, RoundBlocks.Q5_1, RoundQuantisers.Q5_1),
        Quantised("Q8_0", 8, 32, 34, RoundBlocks.Q8_0, RoundQuantisers.Q8_0),
        Quantised("Q2_K", 10, 256, 84, SuperBlocks.Q2_K),
        Quantised("Q3_K", 11, 256, 110, SuperBlocks.Q3_K),
        Quantised("Q4_K", 12, 256, 144, SuperBlocks.Q4_K),
        Quantised("Q5_K", 13, 256, 176, SuperBlocks.Q5_K),
        Quantised("Q6_K", 14, 256, 210, SuperBlocks.Q6_K),
        Quantised("IQ2_XXS", 16, 256, 66, GridBlocks.IQ2_XXS),
        Quantised("IQ2_XS", 17, 256, 74, GridBlocks.IQ2_XS),
        Quantised("IQ3_XXS", 18, 256, 98, GridBlocks.IQ3_XXS),
        Quantised("IQ1_S", 19, 256, 50, ShiftedGridBlocks.IQ1_S),
        Quantised("IQ4_NL", 20, 32, 18, CodebookBlocks.IQ4_NL),
        Quantised("IQ3_S", 21, 256, 110, GridBlocks.IQ3_S),
        Quantised("IQ2_S", 22, 256, 82, GridBlocks.IQ2_S),
        Quantised("IQ4_XS", 23, 256, 136, CodebookBlocks.IQ4_XS),
        Plain("I8", 24, 1, ScalarType.Int8),
        Plain("I16", 25, 2, ScalarType.Int16),
        Plain("I32", 26, 4, ScalarType.Int32),
        Plain("I64", 27, 8, ScalarType.Int64),
        Plain("F64", 28, 8, ScalarType.Float64),
        Quantised("IQ1_M", 29, 256, 56, ShiftedGridBlocks.IQ1_M),
        Plain("BF16", 30, 2, ScalarType.BFloat16),
        Quantised("TQ1_0", 34, 256, 54, TernaryBlocks.TQ1_0, TernaryQuantisers.TQ1_0),
        Quantised("TQ2_0", 35, 256, 66, TernaryBlocks.TQ2_0, TernaryQuantisers.TQ2_0),
        Quantised("MXFP4", 39, 32, 17, CodebookBlocks.MXFP4, CodebookQuantisers.MXFP4),
        Quantised("NVFP4", 40, 64, 36, CodebookBlocks.NVFP4),
        Quantised("Q1_0", 41, 128, 18, TernaryBlocks.Q1_0),
    ];

    /// <summary>The type of a name, such as <c>Q8_0</c>.</summary>
    /// <exception cref="AmendException">No type that is read has it.</exception>
    public static GgufType Find(string name) =>
        All.FirstOrDefault(type => type.Name == name)
        ?? throw new AmendException(
            $"No GGUF type that is read is named '{name}'; known: {string.Join(", ", All.Select(type => type.Name))}.");

    /// <summary>
    /// Whether values of a floating-point type can be written as this one (<see cref="QuantisedTensor"/>): F32, F16, BF16, F64, and
    /// blocks that are rounded without a search.
    /// </summary>
    public bool IsWritten => ReadBlocks is null ? is_floating_point(DType) : WriteBlocks is not null;

    /// <summary>The type of an element in memory unless another is asked for: float32 for blocks.</summary>
    internal ScalarType DType { get; private init; } = ScalarType.Float32;

    /// <summary>Makes whole blocks to float32; null where numbers stand as they are.</summary>
    internal BlockReader? ReadBlocks { get; private init; }

    /// <summary>Rounds whole blocks from float32; null where the type is not written, or numbers stand as they are.</summary>
    internal BlockWriter? WriteBlocks { get; private init; }

    /// <summary>The type of a number in a file; null where none is read that has it.</summary>
    internal static GgufType? FindOrNull(uint number) => All.FirstOrDefault(type => type.Number == number);

    /// <summary>Refuses blocks that are read but not written.</summary>
    /// <param name="what">What was to be written, as the begin of a sentence.</param>
    /// <exception cref="AmendException">The type is one of them.</exception>
    internal void RefuseReadOnly(string what)
    {
        if (ReadBlocks is not null && !IsWritten)
        {
            throw new AmendException($"{what} is to be written as {Name}, which is read only; take one of "
                + $"{string.Join(", ", All.Where(type => type.IsWritten).Select(type => type.Name))}.");
        }
    }

    private static GgufType Plain(string name, int number, int bytes, ScalarType dtype) => new(name, number, 1, bytes) { DType = dtype };

    private static GgufType Quantised(
        string name, int number, int blockElements, int blockBytes, BlockReader read, BlockWriter? write = null) =>
        new(name, number, blockElements, blockBytes) { ReadBlocks = read, WriteBlocks = write };
}

/// <summary>Makes whole blocks of a type to float32, one multiplication and at most one addition an element, never fused.</summary>
/// <remarks>Readers ask for optimised code from the first call on: a model is loaded once, before the runtime would make it.</remarks>
/// <param name="blocks">The blocks.</param>
/// <param name="values">Their elements, as many as the blocks hold.</param>
internal delegate void BlockReader(ReadOnlySpan<byte> blocks, Span<float> values);

/// <summary>Rounds float32 to whole blocks of a type.</summary>
/// <param name="values">The elements, a whole number of blocks of them.</param>
/// <param name="blocks">The blocks.</param>
internal delegate void BlockWriter(ReadOnlySpan<float> values, Span<byte> blocks);
