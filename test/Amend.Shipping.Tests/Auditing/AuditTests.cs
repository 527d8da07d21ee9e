using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Shipping.Auditing;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.Auditing;

[NoTensorLeaks]
public sealed class AuditTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static string Llama => GoldenCases.At("families/llama_gqa")[0].Folder;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<ChangeKind, string[], int> Kinds => new()
    {
        { ChangeKind.Rome, [Down(1)], 1 },
        { ChangeKind.Memit, [Down(0), Down(1), Down(2)], 3 },
        { ChangeKind.Memit, [Down(1)], 4 },
        { ChangeKind.Lora, ["model.layers.0.self_attn.q_proj.weight", Down(1)], 2 },
        { ChangeKind.FineTuning, [Down(1), "model.layers.0.self_attn.q_proj.weight"], 30 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_difference_is_told_by_its_weights_and_ranks(ChangeKind kind, string[] weights, int rank)
    {
        using var fixture = Changed(Llama, weights, rank);
        fixture.Export("hf");

        var report = Shipment.Audit(Llama, fixture.Target);

        Assert.Equal(kind, report.Looks);
        Assert.Equal(weights.Order(StringComparer.Ordinal), report.Changed.Select(weight => weight.Weight).Order(StringComparer.Ordinal));
        Assert.All(report.Changed, weight => Assert.Equal(rank, weight.Rank));
        Assert.All(report.Changed, weight => Assert.Equal(weight.Weight.Contains("down_proj", StringComparison.Ordinal), weight.IsDownProjection));
    }

    [Theory]
    [InlineData("fp16")]
    [InlineData("bf16")]
    public void What_rounding_to_half_precision_adds_is_no_rank(string type)
    {
        using var plain = Changed(Llama, [Down(1)], 2, size: 1e-30);
        plain.Export("hf", new ExportOptions { DType = WrittenType.Find(type) }, _folder.File("plain"));
        using var fixture = Changed(_folder.File("plain"), [Down(1)], 2, size: 0.3);
        fixture.Export("hf");

        var report = Shipment.Audit(_folder.File("plain"), fixture.Target);

        Assert.Equal(2, Assert.Single(report.Changed).Rank);
        Assert.Equal(ChangeKind.Memit, report.Looks);
    }

    [Fact]
    public void A_vector_that_differs_is_no_editors_work()
    {
        using var one = ones(32);
        using var fixture = new ExportFixture(Llama, [[("model.norm.weight", new DenseDelta(one))]]);
        fixture.Export("hf");

        var report = Shipment.Audit(Llama, fixture.Target);

        Assert.Equal(ChangeKind.FineTuning, report.Looks);
        Assert.Null(Assert.Single(report.Changed).Rank);
    }

    [Fact]
    public void The_same_checkpoint_has_no_difference()
    {
        var report = Shipment.Audit(Llama, Llama);

        Assert.Equal((ChangeKind.Nothing, 0), (report.Looks, report.Changed.Count));
    }

    [Fact]
    public void Kept_as_an_edit_it_gives_the_other_checkpoint_and_is_taken_back()
    {
        using var fixture = Changed(Llama, [Down(1), "model.layers.0.self_attn.q_proj.weight"], 2);
        fixture.Export("hf");
        using var model = LanguageModel.Load(Llama);
        var store = new EditStore(model, new AmendHome(_folder.File("home")));

        var report = Shipment.Audit(Llama, fixture.Target, store);

        Assert.Equal([report.Edit!], store.Applied);
        store.ApplyTo(model, store.Applied);
        using var other = LanguageModel.Load(fixture.Target);
        Assert.All(fixture.Edits.Weights, weight => TensorAssert.Close(weight, other.Weights[weight].Value, model.Weights[weight].Value, 1e-6));
        model.Applied.RevertAll();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [InlineData("families/gpt2", "of the family llama and")]
    [InlineData("checkpoints/stories260K", "differ in shape, such as in")]
    public void Checkpoints_of_two_models_are_refused(string other, string says) => Assert.Contains(
        says, Assert.ThrowsAny<AmendException>(() => Shipment.Audit(Llama, GoldenCases.At(other)[0].Folder)).Message, StringComparison.Ordinal);

    private static string Down(int layer) => $"model.layers.{layer}.mlp.down_proj.weight";

    private static ExportFixture Changed(string model, string[] weights, int rank, double size = 0.1)
    {
        using var stored = StoredModel.Open(model);
        return new ExportFixture(model,
        [
            [.. weights.Select((weight, seed) => (weight, (IWeightDelta)ExportFixture.Factors(
                stored.Weight(weight).Value.shape[0], stored.Weight(weight).Value.shape[1], rank, seed, size)))],
        ]);
    }
}
