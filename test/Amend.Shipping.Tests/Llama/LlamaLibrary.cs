using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Amend.Shipping.Tests.Llama;

/// <summary>llama.cpp's own library, from a package that only this project has; loaded once.</summary>
internal static unsafe partial class LlamaLibrary
{
    /// <summary>What the layouts of <see cref="ModelParameters"/> and <see cref="ContextParameters"/> were read from.</summary>
    private const string KnownVersion = "0.18.0";

    private const string Llama = "llama";
    private const string Base = "ggml-base";
    private const int ErrorLevel = 4;

    /// <summary>Each needs those before it; which there are depends on the platform.</summary>
    private static readonly string[] Parts = [Base, "ggml-cpu", "ggml-blas", "ggml-metal", "ggml", Llama];

    private static readonly Dictionary<string, nint> Loaded = [];
    private static readonly ConcurrentQueue<string> Errors = new();
    private static readonly Lazy<string?> Lack = new(Load);

    /// <summary>Skips the test where the library cannot be loaded.</summary>
    public static void Require() => Assert.SkipWhen(Lack.Value is not null, $"llama.cpp is not at hand: {Lack.Value}");

    /// <summary>What llama.cpp said of its errors since it was last asked.</summary>
    public static string TakeErrors()
    {
        var said = string.Concat(Errors);
        Errors.Clear();
        return said;
    }

    [LibraryImport(Llama, EntryPoint = "llama_model_default_params")]
    public static partial ModelParameters DefaultModelParameters();

    [LibraryImport(Llama, EntryPoint = "llama_context_default_params")]
    public static partial ContextParameters DefaultContextParameters();

    [LibraryImport(Llama, EntryPoint = "llama_model_load_from_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint LoadModel(string path, ModelParameters parameters);

    [LibraryImport(Llama, EntryPoint = "llama_model_free")]
    public static partial void FreeModel(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_n_ctx_train")]
    public static partial int ContextLength(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_get_vocab")]
    public static partial nint Vocabulary(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_vocab_n_tokens")]
    public static partial int VocabularySize(nint vocabulary);

    [LibraryImport(Llama, EntryPoint = "llama_tokenize")]
    public static partial int Tokenize(
        nint vocabulary, ReadOnlySpan<byte> text, int length, Span<int> tokens, int most, byte addsSpecial, byte readsSpecial);

    [LibraryImport(Llama, EntryPoint = "llama_token_to_piece")]
    public static partial int Piece(nint vocabulary, int token, Span<byte> text, int most, int leftOut, byte showsSpecial);

    [LibraryImport(Llama, EntryPoint = "llama_init_from_model")]
    public static partial nint CreateContext(nint model, ContextParameters parameters);

    [LibraryImport(Llama, EntryPoint = "llama_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_set_n_threads")]
    public static partial void SetThreads(nint context, int threads, int threadsOfPrompts);

    [LibraryImport(Llama, EntryPoint = "llama_get_memory")]
    public static partial nint Memory(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_memory_clear")]
    public static partial void ClearMemory(nint memory, byte data);

    [LibraryImport(Llama, EntryPoint = "llama_batch_get_one")]
    public static partial Batch BatchOf(int* tokens, int count);

    [LibraryImport(Llama, EntryPoint = "llama_decode")]
    public static partial int Decode(nint context, Batch batch);

    [LibraryImport(Llama, EntryPoint = "llama_get_logits_ith")]
    public static partial float* Logits(nint context, int at);

    /// <summary>The adapter belongs to the model and is freed with it.</summary>
    [LibraryImport(Llama, EntryPoint = "llama_adapter_lora_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint LoadAdapter(nint model, string path);

    [LibraryImport(Llama, EntryPoint = "llama_set_adapters_lora")]
    public static partial int SetAdapters(nint context, ReadOnlySpan<nint> adapters, nuint count, ReadOnlySpan<float> scales);

    [LibraryImport(Llama, EntryPoint = "llama_backend_init")]
    private static partial void Begin();

    [LibraryImport(Llama, EntryPoint = "llama_log_set")]
    private static partial void SetLog(delegate* unmanaged[Cdecl]<int, byte*, void*, void> log, void* data);

    [LibraryImport(Base, EntryPoint = "ggml_version")]
    private static partial byte* Version();

    /// <summary>Loads the library.</summary>
    /// <returns>Why it cannot be used; null where it can.</returns>
    private static string? Load()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "llama.cpp");
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64 && !OperatingSystem.IsMacOS())
            folder = Path.Combine(folder, Avx2.IsSupported && Fma.IsSupported ? "avx2" : "noavx");
        try
        {
            foreach (var part in Parts)
            {
                var path = Path.Combine(folder, FileOf(part));
                if (File.Exists(path))
                    Loaded[part] = NativeLibrary.Load(path);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return $"its library in '{folder}' cannot be loaded here ({e.GetType().Name}).";
        }

        if (!Loaded.ContainsKey(Llama) || !Loaded.ContainsKey(Base))
            return $"the package has none for {RuntimeInformation.RuntimeIdentifier}.";
        NativeLibrary.SetDllImportResolver(typeof(LlamaLibrary).Assembly, (name, _, _) => Loaded.GetValueOrDefault(name));
        // A struct of another layout would be read as something else without a word.
        Assert.Equal(KnownVersion, Marshal.PtrToStringUTF8((nint)Version()));
        SetLog(&Hear, null);
        Begin();
        return null;
    }

    private static string FileOf(string part) =>
        OperatingSystem.IsWindows() ? $"{part}.dll" : OperatingSystem.IsMacOS() ? $"lib{part}.dylib" : $"lib{part}.so";

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Hear(int level, byte* text, void* data)
    {
        if (level == ErrorLevel)
            Errors.Enqueue(Marshal.PtrToStringUTF8((nint)text) ?? "");
    }
}

/// <summary><c>llama_model_params</c>, as far as it is set here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal struct ModelParameters
{
    /// <summary>How many layers go to a GPU; -1 for all.</summary>
    [FieldOffset(16)]
    public int LayersOnGpu;
}

/// <summary><c>llama_context_params</c>, as far as it is set here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 160)]
internal struct ContextParameters
{
    [FieldOffset(0)]
    public uint Length;

    [FieldOffset(4)]
    public uint Batch;

    [FieldOffset(8)]
    public uint PhysicalBatch;

    /// <summary>-1 where llama.cpp chooses, 0 for not.</summary>
    [FieldOffset(48)]
    public int FlashAttention;

    /// <summary>The type of cached keys: 0 for float32, 1 for float16.</summary>
    [FieldOffset(104)]
    public int KeyType;

    /// <summary>The type of cached values.</summary>
    [FieldOffset(108)]
    public int ValueType;

    /// <summary>Whether pointers to samplers follow; here none do.</summary>
    [FieldOffset(144)]
    public nuint Samplers;
}

/// <summary><c>llama_batch</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Batch
{
    public int Count;
    public nint Tokens;
    public nint Embeddings;
    public nint Positions;
    public nint SequenceCounts;
    public nint Sequences;
    public nint Outputs;
}
