using Amend.Editing.Editors.Mend;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Mend;

/// <summary>MEND's network for a tiny GPT-2, with weights and moments that are no longer those of a new one.</summary>
internal sealed class TinyMend : IDisposable
{
    private const double Spread = 0.1;

    public TinyMend(int seed = 0, MendNetworkOptions? options = null)
    {
        Model = TinyModels.Gpt2(seed, layers: 3);
        Options = options ?? new MendNetworkOptions { Layers = [1, 2], Rank = 4, EditLr = 1e-2, BatchSize = 2, Neighbors = 2 };
        Network = new MendNetwork(RowWeights.Find(Model, Options), Options, seed);
    }

    public LanguageModel Model { get; }

    public MendNetworkOptions Options { get; }

    public MendNetwork Network { get; }

    public static IReadOnlyList<EditRequest> Requests { get; } =
    [
        new("the cat sat on", null, "mat") { Paraphrases = ["so it sat on"], Neighbors = ["the dog sat on", "a hat is on"] },
        new("a dog ran to", null, "goa") { Paraphrases = ["it ran to", "they ran to"], Neighbors = ["a cat ran to", "the"] },
        new("my hat is", null, "red") { Neighbors = ["her hat is"] },
    ];

    /// <summary>Moves every weight from where a new network has it, and takes some gradients into the moments.</summary>
    public TinyMend Trained()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(7, CPU);
        foreach (var (_, value) in Network.Learned)
            value.add_(randn(value.shape, generator: generator) * Spread);
        Network.Apart(Model, Requests, learn: true);
        return this;
    }

    public void Dispose()
    {
        Network.Dispose();
        Model.Dispose();
    }
}
