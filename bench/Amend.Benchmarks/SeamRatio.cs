using System.Diagnostics;
using System.Globalization;
using Amend.Editing.Tests;
using Amend.Models;
using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Benchmarks;

/// <summary>
/// How long a pass takes whose layers go through the model's taps, with nothing open, over one whose linear maps, norms and embeddings
/// read their tensors themselves. Both are timed by turns in one process, by CPU time, because other work runs beside: a ratio for
/// each turn, and as the noise the ratio of the plain pass in two turns that follow.
/// </summary>
/// <remarks>
/// The model is of GPT-2's shape (12 layers, width 768) with random weights, without its head. A turn is many passes of one thread over
/// a text of few or of many tokens.
/// </remarks>
internal static class SeamRatio
{
    private const int Turns = 61;
    private static readonly ModelShape Gpt2 = new(Layers: 12, Width: 768, MlpWidth: 3072, Heads: 12, Vocabulary: 1000, ContextLength: 256);

    /// <summary>Prints a line for each number of tokens.</summary>
    public static void Run()
    {
        TorchRuntime.EnsureLoaded();
        set_num_threads(1);
        using var model = RandomGpt2.Create(Gpt2, seed: 1);
        Console.WriteLine("| tokens | passes a turn | ratio, median | least to largest | noise, median | pass, CPU ms |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (tokens, passes) in ((int, int)[])[(1, 8), (32, 2)])
            Console.WriteLine(Line(model, tokens, passes));
    }

    private static string Line(LanguageModel model, int tokens, int passes)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var ids = arange(tokens, dtype: ScalarType.Int64).unsqueeze(0);
        var attention = AttentionScope.Causal(ones(1, tokens, dtype: ScalarType.Bool), tokens);
        var decoder = model.RequireDecoder("The benchmark");
        var plain = new PlainPass(model.Weights);
        void Tapped() => decoder.Blocks(decoder.Embed(ids, attention.Positions), attention);
        void Plain() => plain.Run(ids, attention);
        if (!(decoder.Blocks(decoder.Embed(ids, attention.Positions), attention) == plain.Run(ids, attention)).all().item<bool>())
            throw new InvalidOperationException("The two passes compute different values.");
        var (ratios, plains) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < Turns; turn++)
        {
            var (first, tapped, second) = (Seconds(Plain, passes), Seconds(Tapped, passes), Seconds(Plain, passes));
            ratios.Add(2 * tapped / (first + second));
            plains.AddRange([first, second]);
        }

        double[] noise = [.. plains.Zip(plains.Skip(1), (one, next) => next / one).Order()];
        ratios.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {tokens} | {passes} | **{ratios[Turns / 2]:F4}** | {ratios[0]:F3} to {ratios[^1]:F3} "
            + $"| {noise[noise.Length / 2]:F4} | {1000 * plains.Order().ElementAt(Turns) / passes:F2} |");
    }

    private static double Seconds(Action pass, int passes)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        for (var i = 0; i < passes; i++)
        {
            using var scope = NewDisposeScope();
            pass();
        }

        self.Refresh();
        return (self.TotalProcessorTime - before).TotalSeconds;
    }

    /// <summary>GPT-2's blocks over bare tensors: the same operations in the same order and scopes, without taps.</summary>
    private sealed class PlainPass(WeightTable weights)
    {
        private readonly PlainBlock[] _blocks =
            [.. Enumerable.Range(0, Gpt2.Layers).Select(layer => new PlainBlock(weights, $"transformer.h.{layer}."))];

        private readonly Tensor _tokens = weights["transformer.wte.weight"].Value;
        private readonly Tensor _positions = weights["transformer.wpe.weight"].Value;

        public Tensor Run(Tensor ids, AttentionScope scope)
        {
            var hidden = LookUp(_tokens, ids) + LookUp(_positions, scope.Positions);
            for (var layer = 0; layer < _blocks.Length; layer++)
            {
                using var inner = NewDisposeScope();
                hidden = _blocks[layer].Run(layer, hidden, scope).MoveToOuterDisposeScope();
            }

            return hidden;
        }

        private static Tensor LookUp(Tensor table, Tensor ids) =>
            table.index_select(0, ids.reshape(-1)).view(ids.shape[0], ids.shape[1], -1);
    }

    private sealed class PlainBlock(WeightTable weights, string name)
    {
        private readonly (Tensor Weight, Tensor Bias) _norm1 = Of(weights, $"{name}ln_1");
        private readonly (Tensor Weight, Tensor Bias) _attention = Of(weights, $"{name}attn.c_attn");
        private readonly (Tensor Weight, Tensor Bias) _out = Of(weights, $"{name}attn.c_proj");
        private readonly (Tensor Weight, Tensor Bias) _norm2 = Of(weights, $"{name}ln_2");
        private readonly (Tensor Weight, Tensor Bias) _up = Of(weights, $"{name}mlp.c_fc");
        private readonly (Tensor Weight, Tensor Bias) _down = Of(weights, $"{name}mlp.c_proj");

        public Tensor Run(int layer, Tensor hidden, AttentionScope scope)
        {
            var fused = Map(_attention, Norm(_norm1, hidden)).chunk(3, 2);
            var attended = MultiHeadAttention.Attend(layer, Split(fused[0]), Split(fused[1]), Split(fused[2]), scope);
            var stream = hidden + Map(_out, MultiHeadAttention.JoinHeads(attended));
            return stream + Map(_down, gelu(Map(_up, Norm(_norm2, stream)), TorchSharp.Modules.GELU.Approximate.tanh));
        }

        private static Tensor Split(Tensor value) => MultiHeadAttention.SplitHeads(value, Gpt2.Heads);

        private static Tensor Map((Tensor Weight, Tensor Bias) map, Tensor value) => linear(value, map.Weight, map.Bias);

        private static Tensor Norm((Tensor Weight, Tensor Bias) norm, Tensor value) =>
            layer_norm(value, [Gpt2.Width], norm.Weight, norm.Bias, 1e-5);

        private static (Tensor Weight, Tensor Bias) Of(WeightTable weights, string name) =>
            (weights[$"{name}.weight"].Value, weights[$"{name}.bias"].Value);
    }
}
