using Amend.Models.Effects;
using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>MEND and ENN edit as eric-mitchell/mend does with the same network: updates, losses and edited logits of edits in sequence.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class RowNetworkParityTests
{
    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden =>
        golden.Name.StartsWith("mend_", StringComparison.Ordinal) || golden.Name.StartsWith("enn_", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Updates_losses_and_logits_are_those_of_the_reference_edit_upon_edit_and_are_taken_back_bit_for_bit(string id)
    {
        using var mend = RowNetworkCase.Open(id);
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var (model, applied) = (mend.Model, new Stack<string>());

        foreach (var edit in mend.Edits)
        {
            AssertLoss(mend, edit, "nll_before");
            AssertLogits(mend, edit, "logits_before", edit.Rows);
            var deltas = mend.Network.Deltas(model, RowNetworkCase.Requests(edit.Rows));
            foreach (var (weight, update) in mend.Network.Updates(model, RowNetworkCase.Requests(edit.Rows)))
                AssertUpdate(mend, $"{edit.Prefix}{weight}.update", weight, update);
            model.Applied.Apply($"{id}{edit.Prefix}", WeightEffect.Of(deltas));
            applied.Push($"{id}{edit.Prefix}");
            AssertLoss(mend, edit, "nll_after");
            AssertLogits(mend, edit, "logits_after", edit.Rows);
            AssertLogits(mend, edit, "probe_logits_after", edit.Probes);
            foreach (var delta in deltas.Values)
                delta.Dispose();
        }

        while (applied.TryPop(out var edit))
            model.Applied.Revert(edit);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    private static void AssertUpdate(RowNetworkCase mend, string name, string weight, Tensor update)
    {
        if (mend.Expected.Names.Contains(name))
            TensorAssert.CloseRelative(name, mend.Stored(name, weight), update, mend.Tolerance);
    }

    private static void AssertLoss(RowNetworkCase mend, RowNetworkEdit edit, string name)
    {
        if (!mend.Expected.Names.Contains(edit.Prefix + name))
            return;
        using var batch = TargetBatch.Create(mend.Model, [.. RowNetworkCase.Requests(edit.Rows).Select(request => (request.Prompt, request.TargetNew))]);
        var nll = batch.LogProbabilities().sum().neg() / batch.Targets.Sum(target => target.Count);
        TensorAssert.CloseRelative(name, mend.Expected[edit.Prefix + name], nll.unsqueeze(0), mend.Tolerance);
    }

    private static void AssertLogits(RowNetworkCase mend, RowNetworkEdit edit, string name, IReadOnlyList<PromptAndTarget> rows)
    {
        if (!mend.Expected.Names.Contains(edit.Prefix + name))
            return;
        foreach (var (place, row) in rows.Index())
        {
            var found = mend.Logits(row);
            var expected = mend.Expected[edit.Prefix + name][place];
            TensorAssert.CloseRelative(name, expected.dim() == 1 ? expected : expected.narrow(0, 0, found.shape[0]), found, mend.Tolerance);
        }
    }
}
