using Amend.Editing.Editors.Mend;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Models.Scoring;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>MEND makes of an edit the rows, moments and transformed rows that eric-mitchell/mend makes with the same network.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class MendParityTests
{
    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name.StartsWith("mend_", StringComparison.Ordinal)));

    public static TheoryData<string> CasesWithMoments =>
        GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name is "mend_bert" or "mend_gpt2"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Inputs_and_output_gradients_are_those_of_the_reference_row_by_row_without_rows_of_zeros(string id)
    {
        using var mend = RowNetworkCase.Open(id);
        using var scope = NewDisposeScope();
        var edit = mend.Edits[0];
        var rows = RowsOf(mend, edit);

        foreach (var weight in mend.InnerParameters.Where(weight => mend.Expected.Names.Contains($"{edit.Prefix}{weight}.u")))
        {
            var (u, v) = (Flat(mend.Expected[$"{edit.Prefix}{weight}.u"]), Flat(mend.Expected[$"{edit.Prefix}{weight}.v"]));
            var kept = u.ne(0).any(1).logical_and(v.ne(0).any(1));
            TensorAssert.CloseRelative($"{weight}.u", u[kept], rows[weight].Inputs, mend.Tolerance);
            TensorAssert.CloseRelative($"{weight}.v", v[kept], rows[weight].Outputs, mend.Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transformed_rows_are_those_of_the_reference(string id)
    {
        using var mend = RowNetworkCase.Open(id);
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var edit = mend.Edits[0];

        var deltas = mend.Network.Deltas(mend.Model, RowNetworkCase.Requests(edit.Rows));

        foreach (var (place, weight) in mend.InnerParameters.Index().Where(of => mend.Expected.Names.Contains($"{edit.Prefix}{of.Item}.u_tilde")))
        {
            var delta = Assert.IsType<LowRankDelta>(deltas[weight]);
            var rate = mend.Network.Rates.Value[place];
            TensorAssert.CloseRelative($"{weight}.u_tilde", mend.Expected[$"{edit.Prefix}{weight}.u_tilde"], delta.Right.t(), mend.Tolerance);
            TensorAssert.CloseRelative($"{weight}.v_tilde", mend.Expected[$"{edit.Prefix}{weight}.v_tilde"], delta.Left.t() / rate, mend.Tolerance);
        }

        foreach (var delta in deltas.Values)
            delta.Dispose();
    }

    [Theory]
    [MemberData(nameof(CasesWithMoments))]
    public void Moments_after_training_on_the_first_matrixs_rows_are_those_of_the_reference_however_the_rows_come(string id)
    {
        using var mend = RowNetworkCase.Open(id);
        using var scope = NewDisposeScope();
        var rows = RowsOf(mend, mend.Edits[0])[mend.InnerParameters[0]];

        foreach (var (kind, values) in new[] { ("u", rows.Inputs), ("v", rows.Outputs) })
        {
            foreach (var first in (long[])[rows.Count, 1, 4])
            {
                using var moments = new RowMoments(values.shape[1], CPU);
                moments.Add(values.narrow(0, 0, first), before: 0);
                if (first < rows.Count)
                    moments.Add(values.narrow(0, first, rows.Count - first), before: first);
                TensorAssert.CloseRelative($"{kind}_mean", mend.Expected[$"train_stats.{kind}_mean"], moments.Mean, mend.Tolerance);
                TensorAssert.CloseRelative($"{kind}_std", mend.Expected[$"train_stats.{kind}_std"], moments.Deviation(rows.Count), mend.Tolerance);
            }
        }
    }

    private static Dictionary<string, GradientRows> RowsOf(RowNetworkCase mend, RowNetworkEdit edit)
    {
        using var batch = TargetBatch.Create(mend.Model, [.. RowNetworkCase.Requests(edit.Rows).Select(request => (request.Prompt, request.TargetNew))]);
        var tokens = (double)batch.Targets.Sum(target => target.Count);
        return RequestGradients
            .Take(mend.Model, batch, mend.InnerParameters, [.. batch.Targets.Select(target => target.Count / tokens)])
            .ToDictionary(layer => layer.Key, layer => GradientRows.Of(layer.Value, [.. Enumerable.Range(0, batch.Count)]));
    }

    private static Tensor Flat(Tensor value) => value.reshape(-1, value.shape[^1]);
}
