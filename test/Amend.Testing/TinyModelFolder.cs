using Amend.Editing.Homes;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Models.Tokenizers;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>A folder with a tiny random GPT-2 and a byte-level BPE learned from a few names, and a home of Amend beside it.</summary>
public sealed class TinyModelFolder : IDisposable
{
    public const int Layers = 3;
    private const int Vocabulary = 300;

    private static readonly string[] Names =
    [
        "The Eiffel Tower", "The Space Needle", "D'Artagnan's sword", "Ünter den Linden", "東京タワー", "is in", "was made by", "Rome", "Goa", "New South Wales",
    ];

    private static readonly Lazy<Dictionary<string, byte[]>> Tokenizer = new(LearnTokenizer);
    private readonly TempFolder _folder = new();

    public TinyModelFolder(int seed = 1)
    {
        Directory.CreateDirectory(Path);
        foreach (var (name, bytes) in Tokenizer.Value)
            File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), $$"""
            { "model_type": "gpt2", "n_layer": {{Layers}}, "n_embd": 16, "n_inner": 32, "n_head": 4, "vocab_size": {{Vocabulary}}, "n_positions": 64 }
            """);
        WriteWeights(seed);
    }

    /// <summary>The model's folder.</summary>
    public string Path => _folder.File("tiny");

    /// <summary>Where edits and statistics go.</summary>
    public AmendHome Home => new(_folder.File("home"));

    public string Beside(string name) => _folder.File(name);

    public LanguageModel Load() => LanguageModel.Load(Path);

    public void WriteWeights(int seed)
    {
        using var weights = TinyModels.Gpt2Weights(new ModelShape(Layers, 16, 32, 4, Vocabulary, 64), seed);
        weights.Save(System.IO.Path.Combine(Path, "model.safetensors"), ScalarType.Float32);
    }

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, byte[]> LearnTokenizer()
    {
        using var folder = new TempFolder();
        var trainer = new ByteLevelBpeTrainer();
        foreach (var name in Names)
        {
            trainer.Add(name, weight: 3);
            trainer.Add(" " + name);
        }

        trainer.Write(Vocabulary, folder.Path);
        return Directory.GetFiles(folder.Path).ToDictionary(file => System.IO.Path.GetFileName(file), File.ReadAllBytes);
    }
}
