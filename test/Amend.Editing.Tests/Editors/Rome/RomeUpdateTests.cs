using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Rome;

[NoTensorLeaks]
[Trait("kind", "property")]
public sealed class RomeUpdateTests
{
    private const int Draws = 60;
    private const int Templates = 5;
    private const int KeyWidth = 24;
    private const int Width = 12;

    /// <summary>Closed-form algebra in float32, over the largest value.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(KeyPolicy.Averaged, Numerator.Delta)]
    [InlineData(KeyPolicy.Bare, Numerator.Delta)]
    [InlineData(KeyPolicy.Original, Numerator.Delta)]
    [InlineData(KeyPolicy.Bare, Numerator.RebuildingRome)]
    public void The_changed_weight_adds_delta_at_the_key_of_the_policy(KeyPolicy policy, Numerator numerator)
    {
        for (var seed = 0; seed < Draws; seed++)
        {
            using var scope = NewDisposeScope();
            var draw = new Draw(seed);
            using var clean = draw.CleanPass();
            using var secondMoment = draw.SecondMoment();

            using var update = RomeUpdate.Compute(clean, draw.Delta, secondMoment, new RomeOptions { KeyPolicy = policy, Numerator = numerator });

            // The released code takes the averaged key's direction, and scales it so that the bare key is mapped.
            var key = policy == KeyPolicy.Averaged ? clean.Keys.mean([0]) : clean.Keys[0];
            var changed = draw.Weight.clone();
            update.AddTo(changed);
            TensorAssert.CloseRelative($"(W + Δ) k* of draw {seed}", draw.Weight.mv(key.to(float64)) + draw.Delta, changed.mv(key.to(float64)), Tolerance);
        }
    }

    [Fact]
    public void The_released_code_misses_the_averaged_key()
    {
        using var scope = NewDisposeScope();
        var draw = new Draw(1);
        using var clean = draw.CleanPass();
        using var secondMoment = draw.SecondMoment();

        using var update = RomeUpdate.Compute(clean, draw.Delta, secondMoment, new RomeOptions { KeyPolicy = KeyPolicy.Original });

        Assert.False(allclose(draw.Delta, update.ToDense().mv(clean.Keys.mean([0])), rtol: 0.01, atol: 0.01));
    }

    [Fact]
    public void The_numerator_of_rebuilding_rome_takes_the_mean_value_away()
    {
        for (var seed = 0; seed < Draws; seed++)
        {
            using var scope = NewDisposeScope();
            var draw = new Draw(seed);
            using var clean = draw.CleanPass();
            using var secondMoment = draw.SecondMoment();

            using var update = RomeUpdate.Compute(clean, draw.Delta, secondMoment, new RomeOptions { Numerator = Numerator.RebuildingRome });

            var gain = update.ToDense().mv(clean.Keys.mean([0]));
            TensorAssert.CloseRelative($"Δ k* of draw {seed}", clean.Values[0] + draw.Delta - clean.Values.mean([0]), gain, Tolerance);
        }
    }

    [Fact]
    public void The_change_has_rank_one()
    {
        using var scope = NewDisposeScope();
        var draw = new Draw(2);
        using var clean = draw.CleanPass();
        using var secondMoment = draw.SecondMoment();

        using var update = RomeUpdate.Compute(clean, draw.Delta, secondMoment, new RomeOptions());

        var values = linalg.svdvals(update.ToDense().to(float64)).data<double>().ToArray();
        Assert.Equal(1, update.Rank);
        Assert.True(values[0] > 0);
        Assert.All(values.Skip(1), value => Assert.InRange(value, 0, 1e-6 * values[0]));
    }

    [Theory]
    [InlineData(KeyPolicy.Averaged)]
    [InlineData(KeyPolicy.Original)]
    [InlineData(KeyPolicy.Bare)]
    public void An_identity_as_second_moment_is_no_adjustment(KeyPolicy policy)
    {
        using var scope = NewDisposeScope();
        var draw = new Draw(3);
        using var clean = draw.CleanPass();
        using var identity = SpdMatrix.Factor(eye(KeyWidth) * 0.25);

        using var adjusted = RomeUpdate.Compute(clean, draw.Delta, identity, new RomeOptions { KeyPolicy = policy });
        using var plain = RomeUpdate.Compute(clean, draw.Delta, null, new RomeOptions { KeyPolicy = policy });

        TensorAssert.CloseRelative("Δ", plain.ToDense(), adjusted.ToDense(), Tolerance);
    }

    [Fact]
    public void The_direction_solves_for_the_second_moment_and_has_length_one()
    {
        using var scope = NewDisposeScope();
        var draw = new Draw(4);
        using var secondMoment = draw.SecondMoment();
        var key = randn(KeyWidth, generator: new Generator(9));

        var direction = RomeUpdate.Direction(key, secondMoment).to(float64);

        var mapped = draw.C.mv(direction); // C C⁻¹ k is k, up to its length.
        TensorAssert.CloseRelative("C u", key / key.norm(), mapped / mapped.norm(), Tolerance);
        Assert.Equal(1, direction.norm().item<double>(), 1e-6);
    }

    [Theory]
    [InlineData(KeyPolicy.Averaged)]
    [InlineData(KeyPolicy.Bare)]
    [InlineData(KeyPolicy.Original)]
    public void The_denominator_is_the_cosine_of_the_key_and_the_direction(KeyPolicy policy)
    {
        using var scope = NewDisposeScope();
        var draw = new Draw(6);
        using var clean = draw.CleanPass();
        using var secondMoment = draw.SecondMoment();
        var options = new RomeOptions { KeyPolicy = policy };
        using var delta = RomeUpdate.Compute(clean, draw.Delta, secondMoment, options);

        var found = RomeUpdate.Denominator(clean, delta, options);

        var averaged = clean.Keys.mean([0]).to(float64);
        var key = policy == KeyPolicy.Averaged ? averaged : clean.Keys[0].to(float64);
        var direction = linalg.solve(draw.C, policy == KeyPolicy.Bare ? key : averaged);
        Assert.Equal((key.dot(direction) / (key.norm() * direction.norm())).item<double>(), found, 1e-5);
        if (policy != KeyPolicy.Original)
            Assert.InRange(found, 0.0, 1);
    }

    [Fact]
    public void A_key_of_nothing_is_refused()
    {
        using var scope = NewDisposeScope();
        using var clean = new CleanPass(zeros(2, 4), zeros(2, 3), zeros(1), zeros(1));

        var failure = Assert.Throws<ArithmeticException>(() => RomeUpdate.Compute(clean, ones(3), null, new RomeOptions()));

        Assert.StartsWith("The key's part in the direction is NaN, so the value cannot be written", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A random weight, keys around a common one as context templates give them, values, and a second moment.</summary>
    private sealed class Draw
    {
        private readonly Tensor _keys;
        private readonly Tensor _values;

        public Draw(int seed)
        {
            using var generator = new Generator((ulong)seed);
            Weight = randn([Width, KeyWidth], generator: generator).to(float64);
            _keys = randn([KeyWidth], generator: generator) + (0.3 * randn([Templates, KeyWidth], generator: generator));
            _values = randn([Templates, Width], generator: generator);
            Delta = 4 * randn([Width], generator: generator);
            var samples = randn([200, KeyWidth], generator: generator).to(float64).matmul(randn([KeyWidth, KeyWidth], generator: generator).to(float64));
            C = samples.t().matmul(samples) / 200 + (0.1 * eye(KeyWidth, dtype: float64));
        }

        public Tensor Weight { get; }

        public Tensor Delta { get; }

        public Tensor C { get; }

        public CleanPass CleanPass() => new(_keys.clone(), _values.clone(), zeros(1), zeros(1));

        public SpdMatrix SecondMoment() => SpdMatrix.Factor(C);
    }
}
