using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Rome;

/// <summary>ROME's change of the experts of a mixture, on drawn keys, weights of a router and second moments.</summary>
[NoTensorLeaks]
[Trait("kind", "property")]
public sealed class MixtureUpdateTests
{
    private const int Draws = 40;
    private const int Experts = 3;
    private const int KeyWidth = 8;
    private const int Width = 5;

    /// <summary>Closed-form algebra in float32, over the largest value.</summary>
    private const double Tolerance = 1e-5;

    [Fact]
    public void The_chosen_experts_jointly_give_delta_and_the_others_stay() => Each(ExpertShare.Joint, (draw, delta) =>
    {
        TensorAssert.CloseRelative("Σ g Δ k", draw.Delta, draw.Output(delta), Tolerance);
        Assert.Equal(0, delta.narrow(1, 2 * KeyWidth, KeyWidth).abs().max().item<double>());
    });

    [Fact]
    public void No_other_change_that_gives_delta_costs_less() => Each(ExpertShare.Joint, (draw, delta) =>
    {
        TensorAssert.CloseRelative("Δ by the conditions of Karush, Kuhn and Tucker", draw.Solved(), delta, 10 * Tolerance);
        for (var i = 0; i < 3; i++)
        {
            var besides = draw.ThatGivesNothing();
            Assert.InRange(draw.Cost(delta), 0, draw.Cost(delta + (0.1 * besides)));
        }
    });

    [Fact]
    public void The_expert_of_the_greatest_weight_gives_delta_alone() => Each(ExpertShare.Top, (draw, delta) =>
    {
        TensorAssert.CloseRelative("g Δ k", draw.Delta, draw.Output(delta), Tolerance);
        Assert.Equal(0, delta.narrow(1, KeyWidth, 2 * KeyWidth).abs().max().item<double>());
    });

    [Fact]
    public void Each_chosen_expert_gives_delta_for_its_own_key() => Each(ExpertShare.Each, (draw, delta) =>
    {
        TensorAssert.CloseRelative("Δ₁ k₁", draw.Delta, delta.narrow(1, 0, KeyWidth).mv(draw.Own(0)), Tolerance);
        TensorAssert.CloseRelative("Δ₂ k₂", draw.Delta, delta.narrow(1, KeyWidth, KeyWidth).mv(draw.Own(1)), Tolerance);
        Assert.Equal(0, delta.narrow(1, 2 * KeyWidth, KeyWidth).abs().max().item<double>());
    });

    private static void Each(ExpertShare share, Action<Draw, Tensor> check)
    {
        for (var seed = 0; seed < Draws; seed++)
        {
            using var scope = NewDisposeScope();
            var draw = new Draw(seed);
            using var clean = draw.CleanPass();
            using var moment = SpdMatrix.Factor(draw.Blocks);

            using var update = RomeUpdate.Compute(clean, draw.Delta.to(float32), moment, new RomeOptions { Experts = share });

            check(draw, update.ToDense().to(float64));
        }
    }

    /// <summary>Keys of three experts of which two are chosen, and the blocks of C.</summary>
    private sealed class Draw
    {
        private static readonly double[] Factors = [0.7, 0.2, 0];
        private readonly Tensor _keys;
        private readonly Tensor _random;

        public Draw(int seed)
        {
            using var generator = new Generator((ulong)seed);
            _keys = randn([Experts, KeyWidth], generator: generator).to(float64);
            Delta = 4 * randn([Width], generator: generator).to(float64);
            _random = randn([Width, Experts * KeyWidth], generator: generator).to(float64);
            var samples = randn([Experts, 50, KeyWidth], generator: generator).to(float64);
            Blocks = (samples.transpose(1, 2).matmul(samples) / 50) + (0.1 * eye(KeyWidth, dtype: float64));
        }

        public Tensor Delta { get; }

        public Tensor Blocks { get; }

        /// <summary>[g₁k₁; g₂k₂; 0].</summary>
        private Tensor Key => (_keys * tensor(Factors).unsqueeze(1)).flatten();

        private Tensor Whole => block_diag([.. Blocks.unbind()]);

        public CleanPass CleanPass() =>
            new(Key.to(float32).unsqueeze(0), zeros(1, Width), zeros(1), zeros(1), tensor(Factors).to(float32).unsqueeze(0));

        public Tensor Own(int expert) => _keys[expert];

        public Tensor Output(Tensor delta) => delta.mv(Key);

        public double Cost(Tensor delta) => delta.matmul(Whole).matmul(delta.t()).trace().item<double>();

        /// <summary>A change that adds nothing to the output.</summary>
        public Tensor ThatGivesNothing()
        {
            var random = _random.roll(Random.Shared.Next(Width), 0);
            return random - outer(random.mv(Key), Key / Key.dot(Key));
        }

        /// <summary>The least change by one dense system: C̃ δᵀ + k̃ λ = 0 and k̃ᵀ δᵀ = rᵀ.</summary>
        public Tensor Solved()
        {
            var key_F1 = Key.unsqueeze(1);
            var system = cat([cat([Whole, key_F1], 1), cat([key_F1.t(), zeros(1, 1, float64)], 1)], 0);
            var side = cat([zeros(Key.shape[0], Width, float64), Delta.unsqueeze(0)], 0);
            return linalg.solve(system, side).narrow(0, 0, Key.shape[0]).t();
        }
    }
}
