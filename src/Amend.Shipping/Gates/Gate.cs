using System.Globalization;
using Amend.Tensors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Amend.Shipping.Gates;

/// <summary>What must hold of a model with edits before it may be shipped.</summary>
/// <param name="Name">What messages call it, such as its file's name.</param>
/// <param name="Criteria">What must hold, in the file's order.</param>
public sealed record Gate(string Name, IReadOnlyList<GateCriterion> Criteria)
{
    /// <summary>Reads a gate from YAML: the names of <see cref="CheckMeasures"/>, in one level or two, with numbers.</summary>
    /// <param name="name">What messages call it, such as the file's name.</param>
    /// <param name="yaml">The text.</param>
    /// <exception cref="AmendException">It is no YAML, has no criterion, or one is unknown, given twice or out of range.</exception>
    public static Gate Parse(string name, string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new AmendException($"The gate '{name}' is no YAML at line {e.Start.Line} ({e.Message.TrimEnd('.')}); {Form}.", e);
        }

        GateCriterion[] criteria = stream.Documents is [{ RootNode: YamlMappingNode root }]
            ? [.. Flatten(name, root, "").Select(read => Criterion(name, read.Name, read.Value))]
            : [];
        if (criteria.Length == 0)
            throw new AmendException($"The gate '{name}' has no criterion; {Form}.");
        return criteria.CountBy(criterion => criterion.Measure.Name).FirstOrDefault(count => count.Value > 1) is { Key: { } twice }
            ? throw new AmendException($"The gate '{name}' has the criterion '{twice}' twice; give it once.")
            : new Gate(name, criteria);
    }

    /// <summary>Holds a report against the criteria; what was not measured does not hold.</summary>
    public GateReport Judge(CheckReport report) => new(Name, [.. Criteria.Select(criterion => criterion.Judge(report))]);

    private static string Form => $"write criteria such as 'plain: {{ prompts: 1, neighbors: 0.9 }}' and 'perplexity: 1.05'; "
        + $"known: {string.Join(", ", CheckMeasures.All.Names)}";

    private static IEnumerable<(string Name, YamlNode Value)> Flatten(string gate, YamlMappingNode node, string prefix)
    {
        foreach (var (key, value) in node.Children)
        {
            if (key is not YamlScalarNode { Value: { Length: > 0 } part })
                throw new AmendException($"The gate '{gate}' has a key at line {key.Start.Line} that is no name; {Form}.");
            if (value is not YamlMappingNode inner)
                yield return (prefix + part, value);
            else if (prefix.Length > 0)
                throw new AmendException($"'{prefix}{part}' of the gate '{gate}' has criteria at a third level; {Form}.");
            else
            {
                foreach (var found in Flatten(gate, inner, part + "."))
                    yield return found;
            }
        }
    }

    private static GateCriterion Criterion(string gate, string name, YamlNode value)
    {
        var measure = CheckMeasures.All.Find(name);
        var text = (value as YamlScalarNode)?.Value;
        var most = measure.IsMost ? double.MaxValue : 1;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var limit) && limit >= 0 && limit <= most
            ? new GateCriterion(measure, limit)
            : throw new AmendException(
                $"The criterion '{name}' of the gate '{gate}' is '{text ?? value.NodeType.ToString()}'; "
                + $"give a number {(measure.IsMost ? "of at least 0" : "from 0 to 1")}.");
    }
}

/// <summary>One thing that must hold.</summary>
/// <param name="Measure">The figure.</param>
/// <param name="Limit">Its least value, or its most.</param>
public sealed record GateCriterion(CheckMeasure Measure, double Limit)
{
    /// <summary>Holds a report against it.</summary>
    internal GateVerdict Judge(CheckReport report)
    {
        var figure = Measure.Of(report);
        // What is no number does not hold either.
        var holds = figure is not null && (Measure.IsMost ? figure.Value <= Limit : figure.Value >= Limit);
        return new GateVerdict(Measure.Name, Measure.Meaning, Measure.IsMost, Limit, figure, holds);
    }
}
