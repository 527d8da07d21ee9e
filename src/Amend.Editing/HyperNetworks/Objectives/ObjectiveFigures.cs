namespace Amend.Editing.HyperNetworks.Objectives;

/// <summary>
/// The figures of passes together, as curves show them: the objective and its two terms as means over the examples, and as shares how
/// many of the examples' first prompts give the new target, how many of the others do, and how many texts keep the answer behind them.
/// </summary>
internal sealed class ObjectiveFigures
{
    private const string EditLoss = "edit_loss";
    private const string LocalityLoss = "locality_loss";
    private const string Generality = "generality";
    private readonly Dictionary<string, (double Sum, double Count)> _sums = new(StringComparer.Ordinal);

    /// <summary>The means; a figure of nothing is left out.</summary>
    public IReadOnlyDictionary<string, double> Means => _sums
        .Where(sum => sum.Value.Count > 0)
        .ToDictionary(sum => sum.Key, sum => sum.Value.Sum / sum.Value.Count, StringComparer.Ordinal);

    /// <summary>Adds a pass over so many examples.</summary>
    public void Add(ObjectivePass pass, ObjectiveValue value, int examples)
    {
        Count(NetworkFigures.Loss, value.Loss.item<float>() * examples, examples);
        Count(EditLoss, value.Edit * examples, examples);
        Count(LocalityLoss, value.Locality * examples, examples);
        Share(NetworkFigures.Success, pass.Asked.Zip(value.Given).Where(asked => asked.First.IsFirst).Select(asked => asked.Second));
        Share(Generality, pass.Asked.Zip(value.Given).Where(asked => !asked.First.IsFirst).Select(asked => asked.Second));
        Share(NetworkFigures.Locality, value.AsBefore);
    }

    private void Share(string name, IEnumerable<bool> ones)
    {
        bool[] all = [.. ones];
        Count(name, all.Count(one => one), all.Length);
    }

    private void Count(string name, double sum, double count)
    {
        var (before, counted) = _sums.GetValueOrDefault(name);
        _sums[name] = (before + sum, counted + count);
    }
}
