using Amend.Tensors.Files;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Statistics;

[NoTensorLeaks]
public sealed class SecondMomentTests : IDisposable
{
    /// <summary>Sums of a few hundred float64 products in another order.</summary>
    private const double Float64Tolerance = 1e-12;

    /// <summary>The rounding of a float32, 6e-8, and one more for the division by the count.</summary>
    private const double Float32Tolerance = 2e-7;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_mean_is_the_uncentred_second_moment()
    {
        using var scope = NewDisposeScope();
        using var moment = new SecondMoment(2);

        moment.Add(tensor(new float[,] { { 1, 2 }, { 3, 4 } }));
        moment.Add(tensor(new float[,] { { 5, 6 } }));

        Assert.Equal(3, moment.Count);
        Assert.Equal(ScalarType.Float64, moment.Mean().dtype);
        Assert.Equal([35 / 3.0, 44 / 3.0, 44 / 3.0, 56 / 3.0], moment.Mean().data<double>().ToArray());
    }

    /// <summary>Keys of an MLP are mostly small with some large columns; they are wider than a block and more than are multiplied at once.</summary>
    [Fact]
    public void Products_in_float32_are_summed_with_an_error_below_a_millionth_of_the_largest_element()
    {
        using var scope = NewDisposeScope();
        var keys_NF = Keys(5000, 1300).relu() * logspace(-2, 1, 1300);
        using var moment = new SecondMoment(1300);

        moment.Add(keys_NF.narrow(0, 0, 3000));
        moment.Add(keys_NF.narrow(0, 3000, 2000));

        var wide_NF = keys_NF.to(ScalarType.Float64);
        var exact_FF = wide_NF.t().matmul(wide_NF) / 5000;
        var mean_FF = moment.Mean();
        Assert.InRange((mean_FF - exact_FF).abs().max().item<double>() / exact_FF.abs().max().item<double>(), 0, 1e-6);
        // Of each element, by what it can be at most: the root of its two squares.
        var scale_FF = exact_FF.diagonal().unsqueeze(1).mul(exact_FF.diagonal().unsqueeze(0)).sqrt();
        Assert.InRange(((mean_FF - exact_FF).abs() / scale_FF).max().item<double>(), 0, 1e-6);
        Assert.True(mean_FF.narrow(0, 0, 512).narrow(1, 512, 788).equal(mean_FF.narrow(0, 512, 788).narrow(1, 0, 512).t()).all().item<bool>());
    }

    [Fact]
    public void Blocks_are_those_of_the_whole_and_last_on_disk_and_in_a_sum()
    {
        using var scope = NewDisposeScope();
        var keys_NF = Keys(300, 12) * (Keys(300, 12) > 0).to(ScalarType.Float32);
        using var whole = new SecondMoment(12);
        using var blocks = SecondMoment.OfBlocks(12, 3);
        whole.Add(keys_NF);
        blocks.Add(keys_NF.narrow(0, 0, 100));
        using var other = SecondMoment.OfBlocks(12, 3);
        other.Add(keys_NF.narrow(0, 100, 200));
        blocks.Merge(other);
        blocks.Save(_folder.File("blocks"));

        using var loaded = SecondMoment.Load(_folder.File("blocks"));

        Assert.Equal((12, 3, 300), (loaded.Width, loaded.Blocks, loaded.Count));
        var expected = stack([.. Enumerable.Range(0, 3).Select(block => whole.Mean().narrow(0, 4 * block, 4).narrow(1, 4 * block, 4))]);
        TensorAssert.CloseRelative("C", expected, loaded.Mean(), 1e-6);
        TensorAssert.CloseRelative("whole C", block_diag(expected.unbind()), loaded.WholeMean(), 1e-6);
        Assert.Throws<ArgumentException>(() => whole.Merge(loaded));
        Assert.Throws<ArgumentException>(() => { SecondMoment.OfBlocks(12, 5); });
    }

    [Theory]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.Int64)]
    public void Masked_tokens_are_left_out(ScalarType maskType)
    {
        using var scope = NewDisposeScope();
        var keys_BTF = WideKeys(12, 4).reshape(3, 4, 4);
        var mask_BT = tensor(new long[,] { { 1, 1, 1, 1 }, { 0, 1, 1, 0 }, { 0, 0, 0, 0 } }).to(maskType);
        using var masked = new SecondMoment(4);
        using var chosen = new SecondMoment(4);

        masked.Add(keys_BTF, mask_BT);
        chosen.Add(keys_BTF[0]);
        chosen.Add(keys_BTF[1].narrow(0, 1, 2));

        Assert.Equal(6, masked.Count);
        Assert.True(allclose(chosen.Mean(), masked.Mean(), Float64Tolerance, Float64Tolerance));
    }

    [Fact]
    [Trait("kind", "property")]
    public void Merging_parts_equals_one_pass()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 20; trial++)
        {
            using var scope = NewDisposeScope();
            var keys_NF = WideKeys(200, 6, (ulong)trial);
            var cut = random.Next(1, 200);
            using var whole = new SecondMoment(6);
            using var first = new SecondMoment(6);
            using var second = new SecondMoment(6);

            whole.Add(keys_NF);
            first.Add(keys_NF.narrow(0, 0, cut));
            second.Add(keys_NF.narrow(0, cut, 200 - cut));
            first.Merge(second);

            Assert.Equal(whole.Count, first.Count);
            Assert.Equal(200 - cut, second.Count);
            Assert.True(allclose(whole.Mean(), first.Mean(), Float64Tolerance, Float64Tolerance));
        }
    }

    [Fact]
    public void A_saved_moment_goes_on_where_it_stopped()
    {
        using var scope = NewDisposeScope();
        var keys_NF = Keys(50, 3);
        var path = _folder.File("c.safetensors");
        using var whole = new SecondMoment(3);
        using var first = new SecondMoment(3);
        whole.Add(keys_NF.narrow(0, 0, 20));
        whole.Add(keys_NF.narrow(0, 20, 30));
        first.Add(keys_NF.narrow(0, 0, 20));

        first.Save(path, new Dictionary<string, string> { ["model"] = "tiny", ["layer"] = "3" });
        using var resumed = SecondMoment.Load(path);
        resumed.Add(keys_NF.narrow(0, 20, 30));
        resumed.Save(path);
        using var finished = SecondMoment.Load(path);

        Assert.Equal(50, finished.Count);
        Assert.Equal("tiny", finished.Metadata["model"]);
        Assert.Equal(["layer", "model"], finished.Metadata.Keys.Order());
        Assert.True((whole.Mean().triu() == finished.Mean().triu()).all().item<bool>());
    }

    [Fact]
    public void Float32_can_be_the_accumulator_and_is_kept_on_disk()
    {
        using var scope = NewDisposeScope();
        using var moment = new SecondMoment(3, ScalarType.Float32);
        moment.Add(Keys(10, 3));

        moment.Save(_folder.File("c"));
        using var loaded = SecondMoment.Load(_folder.File("c"));

        Assert.Equal(ScalarType.Float32, loaded.Mean().dtype);
    }

    [Fact]
    public void A_sum_in_float32_differs_from_one_in_float64_by_no_more_than_its_roundings_can_add()
    {
        const int Batches = 200;
        const int BatchSize = 50;
        using var scope = NewDisposeScope();
        using var narrow = new SecondMoment(8, ScalarType.Float32);
        using var wide = new SecondMoment(8);
        using var magnitudes = new SecondMoment(8);
        for (var batch = 0; batch < Batches; batch++)
        {
            using var inner = NewDisposeScope();
            var keys_NF = Keys(BatchSize, 8, (ulong)batch);
            narrow.Add(keys_NF);
            wide.Add(keys_NF);
            magnitudes.Add(keys_NF.abs());
        }

        // n additions in float32 are off by at most n · 2⁻²⁴ of the sum of magnitudes, to first order.
        var bound = magnitudes.Mean() * ((Batches + BatchSize + 2) * Math.Pow(2, -24));
        var difference = (narrow.Mean().to(ScalarType.Float64) - wide.Mean()).abs();

        Assert.True((difference <= bound).all().item<bool>());
        Assert.InRange(difference.max().item<double>(), 0, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    public void Streamed_batches_give_the_sum_of_one_batch(int batchSize)
    {
        using var scope = NewDisposeScope();
        var keys_NF = WideKeys(400, 6);
        using var stream = new SecondMoment(6);
        for (var at = 0; at < 400; at += batchSize)
            stream.Add(keys_NF.narrow(0, at, Math.Min(batchSize, 400 - at)));

        TensorAssert.Close("C", keys_NF.t().matmul(keys_NF) / 400, stream.Mean(), Float64Tolerance);
    }

    [Theory]
    [InlineData(ScalarType.Float64, 8)]
    [InlineData(ScalarType.Float32, 4)]
    public void The_symmetric_sum_is_stored_once_as_its_upper_triangle(ScalarType storedType, int elementBytes)
    {
        const int Width = 50;
        using var scope = NewDisposeScope();
        using var moment = new SecondMoment(Width);
        moment.Add(Keys(200, Width));

        moment.Save(_folder.File("c"), storedType: storedType);
        using var loaded = SecondMoment.Load(_folder.File("c"));
        using (var file = SafeTensorsFile.Open(_folder.File("c")))
            Assert.Equal([Width * (Width + 1) / 2], file.Entry("sum").Shape);

        Assert.InRange(new FileInfo(_folder.File("c")).Length, 0, (Width * (Width + 1) / 2 * elementBytes) + 512);
        Assert.Equal(Width, loaded.Width);
        Assert.Equal(storedType, loaded.Mean().dtype);
        Assert.True((loaded.Mean() == loaded.Mean().t()).all().item<bool>());
        var tolerance = storedType == ScalarType.Float64 ? Float64Tolerance : Float32Tolerance;
        Assert.True(allclose(moment.Mean(), loaded.Mean().to(ScalarType.Float64), tolerance, tolerance));
    }

    [Fact]
    public void Half_precision_keys_are_summed_in_the_accumulators_type()
    {
        using var scope = NewDisposeScope();
        using var moment = new SecondMoment(1);

        moment.Add(ones(3000, 1, ScalarType.BFloat16));

        Assert.Equal(1, moment.Mean().item<double>());
    }

    [Fact]
    public void Vectors_that_are_not_finite_are_refused_and_nothing_is_added()
    {
        using var scope = NewDisposeScope();
        using var moment = new SecondMoment(2);
        moment.Add(ones(4, 2));

        var failure = Assert.Throws<AmendException>(() => moment.Add(ones(3, 2) * float.PositiveInfinity));

        Assert.Contains("3 vectors after the first 4", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, moment.Count);
        Assert.Equal([1, 1, 1, 1], moment.Mean().data<double>().ToArray());
    }

    [Fact]
    public void A_masked_vector_may_be_anything()
    {
        using var scope = NewDisposeScope();
        using var moment = new SecondMoment(1);

        moment.Add(tensor(new float[,] { { 2 }, { float.NaN } }), tensor([true, false]));
        moment.Add(tensor(new float[,] { { float.NaN } }), tensor([false]));

        Assert.Equal(1, moment.Count);
        Assert.Equal(4, moment.Mean().item<double>());
    }

    [Fact]
    public void Without_vectors_there_is_no_mean()
    {
        using var moment = new SecondMoment(2);

        Assert.Throws<InvalidOperationException>(moment.Mean);
    }

    [Fact]
    public void Shapes_and_types_of_another_form_are_the_callers_mistake()
    {
        using var scope = NewDisposeScope();
        using var moment = new SecondMoment(2);
        using var wider = new SecondMoment(3);

        Assert.Throws<ArgumentException>(() => moment.Add(ones(4, 3)));
        Assert.Throws<ArgumentException>(() => moment.Add(ones(2)));
        Assert.Throws<ArgumentException>(() => moment.Add(ones(4, 2, ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => moment.Add(ones(2, 4, 2), ones(4, 2, ScalarType.Bool)));
        Assert.Throws<ArgumentException>(() => moment.Add(ones(2, 4, 2), ones(2, 4)));
        Assert.Throws<ArgumentException>(() => moment.Merge(wider));
        Assert.Throws<ArgumentException>(() => new SecondMoment(2, ScalarType.BFloat16));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SecondMoment(0));
        Assert.Throws<ArgumentException>(() => moment.Save(_folder.File("c"), storedType: ScalarType.Float16));
        Assert.Throws<ArgumentException>(
            () => moment.Save(_folder.File("c"), new Dictionary<string, string> { ["format"] = "mine" }));
        Assert.Equal(0, moment.Count);
    }

    [Fact]
    public void Files_that_are_not_second_moments_are_refused_with_what_was_found()
    {
        using var scope = NewDisposeScope();
        var format = new Dictionary<string, string> { ["format"] = "amend.second-moment.v1" };
        var (sum, count) = (tensor(new double[] { 1, 0, 1 }), tensor(1L));

        Refused("no 'format'", null, ("sum", sum), ("count", count));
        Refused("its format is 'pt'", new() { ["format"] = "pt" }, ("sum", sum), ("count", count));
        Refused("it has 1 tensors", format, ("sum", sum));
        Refused("of shape [2, 2]", format, ("sum", eye(2)), ("count", count));
        Refused("of shape [4], not a packed triangle", format, ("sum", ones(4)), ("count", count));
        Refused("of shape [0]", format, ("sum", ones(0)), ("count", count));
        Refused("its sum is Int64", format, ("sum", ones(3, ScalarType.Int64)), ("count", count));
        Refused("its count is Int32", format, ("sum", sum), ("count", tensor(1)));
        Refused("its count is -1", format, ("sum", sum), ("count", tensor(-1L)));
        Refused("not finite", format, ("sum", sum * double.NaN), ("count", count));
    }

    [Fact]
    public void A_disposed_moment_says_so()
    {
        using var keys_NF = ones(1, 2);
        var moment = new SecondMoment(2);

        moment.Dispose();

        Assert.Throws<ObjectDisposedException>(() => moment.Add(keys_NF));
    }

    private void Refused(string found, Dictionary<string, string>? metadata, params (string Name, Tensor Value)[] tensors)
    {
        SafeTensorsWriter.Write(_folder.File("bad"), tensors, metadata);

        var failure = Assert.Throws<AmendException>(() => SecondMoment.Load(_folder.File("bad")));

        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Keys whose products are computed in float64, so that only the order of additions differs.</summary>
    private static Tensor WideKeys(long count, long width, ulong seed = 1) => Keys(count, width, seed).to(ScalarType.Float64);

    private static Tensor Keys(long count, long width, ulong seed = 1) => randn([count, width], generator: new Generator(seed));
}
