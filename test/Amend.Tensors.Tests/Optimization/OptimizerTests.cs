using Amend.Tensors.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = Amend.Tensors.Optimization.Adam;
using AdamW = Amend.Tensors.Optimization.AdamW;
using Optimizer = Amend.Tensors.Optimization.Optimizer;

namespace Amend.Tensors.Tests.Optimization;

[NoTensorLeaks]
public sealed class OptimizerTests
{
    private const double Rate = 0.05;
    private const int Steps = 12;

    /// <summary>Float32 values near 1 after a few steps of the same formula in another order.</summary>
    private const double Tolerance = 1e-5;

    private static readonly AdamSettings Decaying = new() { Beta2 = 0.98, WeightDecay = 0.1 };

    public static TheoryData<string> Kinds => [.. Pairs.Keys];

    private static Dictionary<string, (Func<NamedTensor[], Optimizer> Ours, Func<Parameter[], optim.Optimizer> Theirs)> Pairs => new()
    {
        ["Adam"] = (t => new Adam(t), p => optim.Adam(p, Rate)),
        ["Adam with decay"] = (t => new Adam(t, Decaying), p => optim.Adam(p, Rate, 0.9, 0.98, weight_decay: 0.1)),
        ["AdamW"] = (t => new AdamW(t, Decaying), p => optim.AdamW(p, Rate, 0.9, 0.98, 1e-8, 0.1)),
        ["RMSprop"] = (t => new RmsProp(t), p => optim.RMSProp(p, Rate)),
        ["RMSprop with decay"] = (
            t => new RmsProp(t, new RmsPropSettings { WeightDecay = 0.1 }), p => optim.RMSProp(p, Rate, weight_decay: 0.1)),
        ["centred RMSprop"] = (
            t => new RmsProp(t, new RmsPropSettings { IsCentered = true }),
            p => optim.RMSProp(p, Rate, centered: true)),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_step_is_that_of_torch(string kind)
    {
        using var scope = NewDisposeScope();
        var (tensors, copies) = (Tensors(), Tensors().Select(t => nn.Parameter(t.Value.detach().clone())).ToArray());
        using var ours = Pairs[kind].Ours(tensors);
        using var theirs = Pairs[kind].Theirs(copies);

        Take(ours, Steps);
        for (var step = 0; step < Steps; step++)
        {
            theirs.zero_grad();
            Loss(copies[0], copies[1]).backward();
            theirs.step();
        }

        Assert.Equal(Steps, ours.Steps);
        foreach (var (tensor, copy) in tensors.Zip(copies))
            Assert.True(tensor.Value.allclose(copy, Tolerance, Tolerance), $"{tensor.Name}: {(tensor.Value - copy).abs().max().item<float>()}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Many_elements_move_as_in_whole_tensors_and_in_blocks_whatever_the_threads(string kind)
    {
        const int Rows = 97;
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var threads = get_num_threads();
        var begin = randn(Rows, 64, generator: generator);
        var slopes = randn(Rows, 64, generator: generator);
        // A transposed tensor lies in memory otherwise than it is read, so it is moved whole.
        Tensor[] moved = [Moved(begin.clone(), 1), Moved(begin.clone(), 2), Moved(begin.t().contiguous().t(), 1)];
        set_num_threads(threads);

        Assert.True(moved[0].equal(moved[1]).all().item<bool>());
        Assert.True(moved[0].allclose(moved[2], Tolerance, Tolerance));
        Assert.False(moved[0].allclose(begin, Tolerance, Tolerance));

        Tensor Moved(Tensor weight, int onThreads)
        {
            set_num_threads(onThreads);
            weight.requires_grad_(true);
            using var optimizer = Pairs[kind].Ours([new NamedTensor("w", weight)]);
            for (var step = 0; step < 3; step++)
            {
                (weight * slopes * weight).sum().backward();
                optimizer.Step(Rate);
            }

            return weight.detach();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void State_and_the_number_of_steps_are_all_that_a_continuation_needs(string kind)
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors();
        using var whole = Pairs[kind].Ours(tensors);
        Take(whole, 3);
        NamedTensor[] copies = [.. tensors.Select(t => t with { Value = t.Value.detach().clone().requires_grad_(true) })];
        using var resumed = Pairs[kind].Ours(copies);
        foreach (var (part, kept) in resumed.State.Zip(whole.State))
        {
            Assert.Equal(kept.Name, part.Name);
            part.Value.copy_(kept.Value);
        }

        resumed.ResumeAt(3);
        Take(whole, 4);
        Take(resumed, 4);

        Assert.All(tensors.Zip(copies), pair => Assert.Equal(Values(pair.First), Values(pair.Second)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_that_are_not_finite_are_refused_by_name_and_change_nothing(string kind)
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors();
        using var optimizer = Pairs[kind].Ours(tensors);
        Take(optimizer, 1);
        NamedTensor[] all = [.. tensors, .. optimizer.State];
        var before = all.Select(Values).ToList();
        (tensors[0].Value.sum() + tensors[1].Value.sum() * float.NaN).backward();

        var error = Assert.Throws<ArithmeticException>(() => optimizer.Step(Rate));

        Assert.Contains("'vector'", error.Message);
        Assert.Equal(before, all.Select(Values));
        Assert.Equal(1, optimizer.Steps);
    }

    [Fact]
    public void Centred_RMSprop_divides_by_the_deviation_as_computed_by_hand()
    {
        using var scope = NewDisposeScope();
        var weight = zeros(1).requires_grad_(true);
        using var optimizer = new RmsProp(
            [new NamedTensor("w", weight)], new RmsPropSettings { Alpha = 0.5, Epsilon = 1, IsCentered = true });
        double w = 0, square = 0, mean = 0;

        foreach (var slope in (float[])[2, -1, 3])
        {
            (weight * slope).sum().backward();
            optimizer.Step(Rate);
            square = 0.5 * square + 0.5 * slope * slope;
            mean = 0.5 * mean + 0.5 * slope;
            w -= Rate * slope / (Math.Sqrt(square - mean * mean) + 1);
        }

        Assert.Equal(w, weight[0].item<float>(), 1e-6);
    }

    [Fact]
    public void Centred_RMSprop_stays_finite_under_a_gradient_that_never_varies()
    {
        using var scope = NewDisposeScope();
        var weight = zeros(64).requires_grad_(true);
        var slope = linspace(0.1, 3, 64);
        using var optimizer = new RmsProp(
            [new NamedTensor("w", weight)], new RmsPropSettings { Alpha = 0.5, IsCentered = true });

        for (var step = 0; step < 60; step++)
        {
            (weight * slope).sum().backward();
            optimizer.Step(1e-9);
        }

        Assert.True(weight.isfinite().all().item<bool>());
    }

    [Fact]
    public void AdamW_lets_only_the_tensors_decay_that_are_to()
    {
        using var scope = NewDisposeScope();
        var (some, none) = (Tensors(), Tensors());
        using var decaying = new AdamW(some, Decaying, tensor => tensor.Value.dim() > 1);
        using var plain = new AdamW(none, Decaying with { WeightDecay = 0 });

        foreach (var tensor in some.Concat(none))
            tensor.Value.sum().backward();
        decaying.Step(Rate);
        plain.Step(Rate);

        Assert.NotEqual(Values(none[0]), Values(some[0]));
        Assert.Equal(Values(none[1]), Values(some[1]));
    }

    [Fact]
    public void A_tensor_without_a_gradient_rests_and_a_step_clears_the_gradients()
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors();
        using var optimizer = new Adam(tensors);
        Take(optimizer, 1);
        var before = tensors.Select(Values).ToList();

        tensors[0].Value.sum().backward();
        optimizer.Step(Rate);

        Assert.NotEqual(before[0], Values(tensors[0]));
        Assert.Equal(before[1], Values(tensors[1]));
        Assert.All(tensors, tensor => Assert.Null(tensor.Value.grad));
    }

    [Fact]
    public void No_tensors_two_of_one_name_and_constants_out_of_range_are_refused()
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors();

        Assert.Contains("(0)", Assert.Throws<ArgumentException>(() => new Adam([])).Message);
        Assert.Contains("'matrix'", Assert.Throws<ArgumentException>(() => new Adam([tensors[0], tensors[0]])).Message);
        Assert.Contains("1.5", Assert.ThrowsAny<ArgumentException>(() => new AdamW(tensors, new AdamSettings { Beta1 = 1.5 })).Message);
        Assert.Contains("-1", Assert.ThrowsAny<ArgumentException>(() => new RmsProp(tensors, new RmsPropSettings { Alpha = -1 })).Message);
    }

    private static NamedTensor[] Tensors()
    {
        using var generator = new Generator(5, CPU);
        return
        [
            new("matrix", randn([3, 4], generator: generator).requires_grad_(true)),
            new("vector", randn([3], generator: generator).requires_grad_(true)),
        ];
    }

    private static void Take(Optimizer optimizer, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Loss(optimizer.Tensors[0].Value, optimizer.Tensors[1].Value).backward();
            optimizer.Step(Rate);
        }
    }

    private static Tensor Loss(Tensor matrix, Tensor vector)
    {
        var input = linspace(-1, 2, 20, dtype: ScalarType.Float32).view(4, 5);
        return (matrix.matmul(input) + vector.unsqueeze(1) - 1).square().sum();
    }

    private static float[] Values(NamedTensor tensor) => tensor.Value.detach().data<float>().ToArray();
}
