using Amend.Models;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Auditing;

/// <summary>
/// Compares two checkpoints of anyone, a parameter at a time: which differ, by how much and by what rank, and what made the difference by
/// the look of it. Ranks count the singular values that rounding cannot explain (<see cref="RoundingNoise"/>).
/// </summary>
public sealed class CheckpointAudit(StoredModel before, StoredModel after)
{
    /// <summary>What of a matrix's smaller side a rank may be to count as low.</summary>
    private const double LowShare = 0.25;

    private readonly HashSet<string> _downProjections = [.. before.DownProjections];

    /// <summary>Compares the two.</summary>
    /// <param name="progress">Told of each parameter's name; nobody by default.</param>
    /// <exception cref="AmendException">The two are of different families or shapes, or a file cannot be read.</exception>
    public AuditReport Run(IProgress<TensorProgress>? progress = null)
    {
        RequireAlike();
        var changed = new List<AuditedWeight>();
        foreach (var (at, name) in before.Names.Index())
        {
            progress?.Report(new TensorProgress(name, at, before.Names.Count));
            if (Compare(name) is { } found)
                changed.Add(found);
        }

        var (looks, because) = Judge(changed);
        return new AuditReport(before.Source.Name, after.Source.Name, before.Names.Count, changed, looks, because);
    }

    /// <summary>The difference as changes of weights, factors where the rank is low; the caller disposes each.</summary>
    /// <param name="report">What <see cref="Run"/> found.</param>
    public IReadOnlyDictionary<string, IWeightDelta> Changes(AuditReport report)
    {
        using var none = no_grad();
        var changes = new Dictionary<string, IWeightDelta>(StringComparer.Ordinal);
        foreach (var weight in report.Changed)
        {
            using var scope = NewDisposeScope();
            var difference = Difference(weight.Weight);
            changes.Add(weight.Weight, IsLow(weight) ? Factors(difference, weight.Rank!.Value) : new DenseDelta(difference.to(float32)));
        }

        return changes;
    }

    private void RequireAlike()
    {
        if (before.Family.ModelType != after.Family.ModelType)
        {
            throw new AmendException(
                $"'{before.Source.Name}' is of the family {before.Family.ModelType} and '{after.Source.Name}' of {after.Family.ModelType}; "
                + "give two checkpoints of one model.");
        }

        var other = before.Names.FirstOrDefault(name =>
            !after.HasWeight(name) || !after.Weight(name).Value.shape.AsSpan().SequenceEqual(before.Weight(name).Value.shape));
        other ??= after.Names.FirstOrDefault(name => !before.HasWeight(name));
        if (other is not null)
        {
            throw new AmendException(
                $"'{before.Source.Name}' and '{after.Source.Name}' differ in shape, such as in '{other}'; "
                + "give two checkpoints of one model.");
        }
    }

    private Tensor Difference(string name) => after.Load(name).to(float64) - before.Load(name).to(float64);

    private AuditedWeight? Compare(string name)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var difference = Difference(name);
        var norm = difference.norm().item<double>();
        if (norm == 0)
            return null;
        var own = before.Load(name).to(float64);
        var size = own.norm().item<double>();
        var found = new AuditedWeight(name, difference.shape, norm, size > 0 ? norm / size : double.PositiveInfinity)
        {
            IsDownProjection = _downProjections.Contains(name),
        };
        if (difference.dim() != 2)
            return found;
        var values = SingularValues.Of(difference);
        return found with
        {
            Rank = values.RankAbove(RoundingNoise.Largest(own, TypeInFile(before, name), TypeInFile(after, name))),
            FirstShare = values.FirstShare,
        };
    }

    private static ScalarType TypeInFile(StoredModel model, string name) =>
        model.Checkpoint.Entry(model.Weight(name).NameInFile).DType;

    private static bool IsLow(AuditedWeight weight) => weight.Rank is { } rank && rank <= Math.Max(1, LowShare * weight.Shape.Min());

    private static LowRankDelta Factors(Tensor difference, int rank)
    {
        var (u, s, vh) = linalg.svd(difference, fullMatrices: false);
        return new LowRankDelta((u.narrow(1, 0, rank) * s.narrow(0, 0, rank)).to(float32), vh.narrow(0, 0, rank).t().to(float32));
    }

    private static (ChangeKind Looks, string Because) Judge(List<AuditedWeight> changed)
    {
        if (changed.Count == 0)
            return (ChangeKind.Nothing, "every parameter is equal bit for bit");
        if (changed.Find(weight => !IsLow(weight)) is { } whole)
        {
            return (ChangeKind.FineTuning, whole.Rank is { } rank
                ? $"the change of '{whole.Weight}' has rank {rank} of {whole.Shape.Min()}"
                : $"'{whole.Weight}' is changed, which is no matrix");
        }

        var ranks = changed.Select(weight => weight.Rank!.Value).Distinct().ToList();
        var downs = changed.TrueForAll(weight => weight.IsDownProjection);
        return (downs, changed.Count, ranks) switch
        {
            (true, 1, [1]) => (ChangeKind.Rome, $"one down projection is changed, '{changed[0].Weight}', by rank 1"),
            (true, _, _) => (
                ChangeKind.Memit, $"{Count(changed.Count)} changed and nothing else, by {Ranks(ranks)}"),
            _ => (ChangeKind.Lora, $"{changed.Count} matrices are changed, by {Ranks(ranks)}"),
        };
    }

    private static string Ranks(List<int> ranks) => ranks is [var one] ? $"rank {one}" : $"ranks of {ranks.Min()} to {ranks.Max()}";

    private static string Count(int downs) => downs == 1 ? "1 down projection is" : $"{downs} down projections are";
}
