using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Objectives;

/// <summary>
/// One pass over the texts of examples: first all prompts that are asked, with the new target behind them, then all texts that are kept.
/// It owns its tensors.
/// </summary>
internal sealed class ObjectivePass : IDisposable
{
    private readonly EditObjective _objective;
    private readonly OutputBatch _batch;
    private readonly long _asked;
    private readonly Tensor _targets_A;
    private readonly Tensor _askedWeights_A;
    private readonly Tensor _keptWeights_K;
    private readonly Tensor _before_KV;

    /// <summary>Puts the pass together.</summary>
    /// <param name="objective">What is measured.</param>
    /// <param name="examples">At least one.</param>
    /// <param name="unedited">The unedited outputs of all texts that are kept, in their order.</param>
    internal ObjectivePass(
        EditObjective objective, IReadOnlyList<EditExample> examples, IReadOnlyList<(OutputRow Row, Tensor States)> unedited)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var model = objective.Model;
        _objective = objective;
        var asked = examples
            .SelectMany((example, owner) => example.Asked.Select((prompt, place) => new AskedRow(
                owner, place == 0, OutputRow.Of(model, prompt, example.Edit.TargetNew), 1.0 / (examples.Count * example.Asked.Count))))
            .ToList();
        Asked = [.. asked.Select(row => new AskedPrompt(row.Owner, row.IsFirst))];
        int[] keepers = [.. examples.SelectMany((example, owner) => example.Kept.Select(_ => owner))];
        Owners = [.. asked.Select(row => row.Owner), .. keepers];
        _batch = new OutputBatch(model, [.. asked.Select(row => row.Row), .. unedited.Select(one => one.Row)]);
        long[] targets = [.. asked.SelectMany(row => row.Row.Targets.Select(id => (long)id))];
        float[] weights = [.. asked.SelectMany(row => row.Row.Targets.Select(_ => (float)(row.Share / row.Row.Targets.Count)))];
        _targets_A = tensor(targets, device: model.Device).DetachFromDisposeScope();
        _asked = _targets_A.shape[0];
        _askedWeights_A = tensor(weights, device: model.Device).DetachFromDisposeScope();
        float[] keptWeights = WeightsOf(keepers, [.. unedited.Select(one => one.Row.Places.Count)], examples.Count);
        _keptWeights_K = tensor(keptWeights, device: model.Device).DetachFromDisposeScope();
        var states = unedited.Count > 0 ? cat([.. unedited.Select(one => one.States)], 0) : null;
        _before_KV = (states is null ? zeros(0, 1) : OutputBatch.LogProbabilities(model, states)).DetachFromDisposeScope();
    }

    /// <summary>The example that each row of the pass belongs to.</summary>
    public IReadOnlyList<int> Owners { get; }

    /// <summary>The prompts that are asked, as the rows begin with them.</summary>
    public IReadOnlyList<AskedPrompt> Asked { get; }

    /// <summary>Measures the model as it is now: within the views that are open.</summary>
    /// <returns>The objective, whose loss is in the caller's dispose scope.</returns>
    public ObjectiveValue Measure()
    {
        using var scope = NewDisposeScope();
        var logs_NV = OutputBatch.LogProbabilities(_objective.Model, _batch.States());
        var (asked_AV, kept_KV) = (logs_NV.narrow(0, 0, _asked), logs_NV.narrow(0, _asked, logs_NV.shape[0] - _asked));
        var edit = (EditObjective.NegativeLogLikelihood(asked_AV, _targets_A) * _askedWeights_A).sum();
        var locality = _keptWeights_K.numel() > 0
            ? (EditObjective.Divergence(_before_KV, kept_KV, _objective.IsExclusive) * _keptWeights_K).sum()
            : zeros([], device: edit.device);
        var loss = (edit * _objective.EditWeight) + (locality * _objective.LocalityWeight);
        return new ObjectiveValue(
            loss.MoveToOuterDisposeScope(),
            edit.item<float>(),
            locality.item<float>(),
            AreGiven(asked_AV),
            AreAsBefore(kept_KV));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        foreach (var tensor in (Tensor[])[_targets_A, _askedWeights_A, _keptWeights_K, _before_KV])
            tensor.Dispose();
    }

    /// <summary>The mean over the tokens of an example's texts, and over the examples that have some.</summary>
    private static float[] WeightsOf(int[] owners, int[] places, int examples)
    {
        var tokens = owners.Zip(places).GroupBy(row => row.First).ToDictionary(of => of.Key, of => of.Sum(row => row.Second));
        return [.. owners.Zip(places).SelectMany(row => Enumerable.Repeat(1f / (examples * tokens[row.First]), row.Second))];
    }

    /// <summary>Whether all ids of a target are the likeliest, for each prompt that is asked.</summary>
    private bool[] AreGiven(Tensor asked_AV)
    {
        var right = asked_AV.detach().argmax(-1).eq(_targets_A).cpu().data<bool>().ToArray();
        return [.. Runs(_batch.Rows.Take(Asked.Count)).Select(run => Array.TrueForAll(right[run], one => one))];
    }

    /// <summary>Whether the likeliest id behind a text is the one of before, for each text that is kept.</summary>
    private bool[] AreAsBefore(Tensor kept_KV)
    {
        if (_keptWeights_K.numel() == 0)
            return [];
        var same = kept_KV.detach().argmax(-1).eq(_before_KV.argmax(-1)).cpu().data<bool>().ToArray();
        return [.. Runs(_batch.Rows.Skip(Asked.Count)).Select(run => same[run][^1])];
    }

    private static IEnumerable<Range> Runs(IEnumerable<OutputRow> rows)
    {
        var at = 0;
        foreach (var row in rows)
            yield return at..(at += row.Places.Count);
    }

    private sealed record AskedRow(int Owner, bool IsFirst, OutputRow Row, double Share);
}

/// <summary>A prompt that is asked after an edit.</summary>
/// <param name="Owner">The example's place.</param>
/// <param name="IsFirst">Whether it is the example's first: in validation the edit's own prompt.</param>
internal sealed record AskedPrompt(int Owner, bool IsFirst);

/// <summary>What an objective came to.</summary>
/// <param name="Loss">c_edit · edit + c_loc · locality, a scalar with gradients.</param>
/// <param name="Edit">The mean negative log-likelihood of the new targets, in nats a token.</param>
/// <param name="Locality">The mean KL at the tokens of texts that are kept, in nats.</param>
/// <param name="Given">For each prompt that is asked, whether the model gives the whole new target, teacher-forced.</param>
/// <param name="AsBefore">For each text that is kept, whether the likeliest id behind it is the one of before.</param>
internal sealed record ObjectiveValue(
    Tensor Loss, double Edit, double Locality, IReadOnlyList<bool> Given, IReadOnlyList<bool> AsBefore);
