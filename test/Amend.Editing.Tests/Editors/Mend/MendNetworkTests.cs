using Amend.Editing.Editors.Mend;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Mend;

[NoTensorLeaks]
public sealed class MendNetworkTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_new_networks_update_is_the_rate_times_the_gradient_where_nothing_is_normalised(bool shared)
    {
        using var mend = new TinyMend(options: new MendNetworkOptions { Layers = [1, 2], Rank = 4, Norm = false, Shared = shared, EditLr = 0.25 });
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var (model, request) = (mend.Model, TinyMend.Requests[0]);

        var updates = mend.Network.Updates(model, [request]);

        foreach (var (weight, gradient) in Gradients(model, request, mend.Network.Weights))
            TensorAssert.CloseRelative(weight, gradient * 0.25, updates[weight], Tolerance);
    }

    [Fact]
    public void Matrices_of_one_shape_share_a_transform_unless_each_is_to_have_its_own()
    {
        using var shared = new TinyMend();
        using var own = new TinyMend(options: shared.Options with { Shared = false });

        Assert.Equal(["(16, 64)", "(64, 16)"], Transforms(shared));
        Assert.Equal(4, Transforms(own).Count());
        Assert.Contains("transformer#h#1#mlp#c_fc#weight", Transforms(own));
        Assert.DoesNotContain(own.Network.Tensors, tensor => tensor.Name.Contains("mode_", StringComparison.Ordinal));

        static IEnumerable<string> Transforms(TinyMend mend) =>
            mend.Network.Tensors.Where(tensor => tensor.Name != "edit_lrs").Select(tensor => tensor.Name.Split('.')[0]).Distinct();
    }

    [Fact]
    public void A_seed_gives_the_same_network_and_another_seed_another()
    {
        using var one = new TinyMend(seed: 3);
        using var same = new MendNetwork(RowWeights.Find(one.Model, one.Options), one.Options, seed: 3);
        using var other = new MendNetwork(RowWeights.Find(one.Model, one.Options), one.Options, seed: 4);

        Assert.All(one.Network.Tensors.Zip(same.Tensors), pair => TensorAssert.Equal(pair.First.Name, pair.First.Value, pair.Second.Value));
        Assert.NotEqual(Sum(one.Network), Sum(other));

        static double Sum(MendNetwork network)
        {
            using var scope = NewDisposeScope();
            return network.Learned.Sum(tensor => tensor.Value.detach().abs().sum().item<float>());
        }
    }

    [Fact]
    public void A_network_that_has_seen_no_gradients_says_that_it_must_be_trained()
    {
        using var mend = new TinyMend();

        var failure = Assert.Throws<AmendException>(() => mend.Network.Updates(mend.Model, [TinyMend.Requests[0]]));

        Assert.Equal(
            "The network normalises gradients by those that it was trained on, and it has seen 0 for matrices of 16 inputs and 64 outputs; train it, or set norm=false.",
            failure.Message);
    }

    [Fact]
    public void A_change_is_kept_as_factors_with_a_row_for_each_token_at_most()
    {
        using var mend = new TinyMend().Trained();
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var request = TinyMend.Requests[0];
        var tokens = TargetSequence.Create(mend.Model, request.FilledPrompt, request.TargetNew).Ids.Count;

        var (updates, deltas) = (mend.Network.Updates(mend.Model, [request]), mend.Network.Deltas(mend.Model, [request]));

        Assert.Equal(mend.Network.Weights, deltas.Keys);
        foreach (var (weight, delta) in deltas)
        {
            using var factors = Assert.IsType<LowRankDelta>(delta);
            Assert.InRange(factors.Rank, 1, tokens);
            TensorAssert.CloseRelative(weight, updates[weight], factors.ToDense(), Tolerance);
        }
    }

    [Fact]
    public void Edits_leave_the_weights_their_gradients_and_the_moments_alone()
    {
        using var mend = new TinyMend().Trained();
        using var scope = NewDisposeScope();
        var before = mend.Network.Tensors.Select(tensor => tensor.Value.detach().clone()).ToList();

        mend.Network.Updates(mend.Model, TinyMend.Requests);

        Assert.All(mend.Network.Tensors.Zip(before), pair => TensorAssert.Equal(pair.First.Name, pair.Second, pair.First.Value));
        Assert.Equal(mend.Model.BaseHash, mend.Model.Weights.Hash());
        Assert.All(mend.Model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
    }

    private static Dictionary<string, Tensor> Gradients(LanguageModel model, EditRequest request, IReadOnlyList<string> weights) =>
        RequestGradients.Take(model, [request], weights).ToDictionary(layer => layer.Key, layer => layer.Value.Output.t().matmul(layer.Value.Input));
}
