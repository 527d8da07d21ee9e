using System.Globalization;
using System.Text.Json;
using Amend.Models.Configuration;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>The labels of a classifier.</summary>
/// <param name="Names">Their names by id, C.</param>
/// <param name="AreExclusive">Whether a text has exactly one of them; otherwise each is true or not by itself, as a single one is.</param>
public sealed record LabelSet(IReadOnlyList<string> Names, bool AreExclusive)
{
    private const string Not = "not ";

    /// <summary>Reads <c>id2label</c>, or <c>num_labels</c> (2 by default) where it is missing, and <c>problem_type</c>.</summary>
    /// <exception cref="ModelFormatException">The ids of the labels are not 0, 1, 2 and so on.</exception>
    public static LabelSet Read(JsonElement config)
    {
        var names = config.ObjectOrNone("id2label") is { } map
            ? ByIds(map)
            : [.. Enumerable.Range(0, config.SizeOr("num_labels", 2)).Select(id => $"LABEL_{id}")];
        var type = config.TextOr("problem_type", "");
        if (type == "regression")
        {
            throw new ModelFormatException(
                $"config.json says problem_type '{type}'; its {names.Count} outputs are numbers and no labels, so give a "
                + "classifier.");
        }

        return new LabelSet(names, names.Count > 1 && type != "multi_label_classification");
    }

    /// <summary>
    /// What a text can be told to be: a label; where there is a single one, that it has it not, which is <c>not</c> with the label behind
    /// it, or that it has it.
    /// </summary>
    public IReadOnlyList<string> Targets => IsSingle ? [Not + Names[0], Names[0]] : Names;

    private bool IsSingle => Names.Count == 1;

    /// <summary>The probability of each label, <c>[..,C]</c> in the caller's dispose scope, from logits of that shape.</summary>
    public Tensor Probabilities(Tensor logits) =>
        AreExclusive ? nn.functional.softmax(logits.to(float32), -1) : logits.to(float32).sigmoid();

    /// <summary>The logarithm of each label's probability, <c>[..,C]</c> float32, from logits of that shape.</summary>
    /// <returns>A tensor with the gradients of the logits, in the caller's dispose scope.</returns>
    public Tensor LogProbabilities(Tensor logits) =>
        AreExclusive ? nn.functional.log_softmax(logits.to(float32), -1) : nn.functional.logsigmoid(logits.to(float32));

    /// <summary>
    /// The logarithm of each target's probability, see <see cref="Targets"/>, from the logits of the labels, <c>[..,C]</c>: the logit z of
    /// a single label is that of two targets of logits 0 and z.
    /// </summary>
    /// <returns>float32 with the gradients of the logits, in the caller's dispose scope.</returns>
    public Tensor LogProbabilitiesOfTargets(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return LogProbabilities(IsSingle ? cat([logits.neg(), logits], -1) : logits).MoveToOuterDisposeScope();
    }

    /// <summary>The place in <see cref="Targets"/> of a label or target that is given as text; null where there is none.</summary>
    public int? FindTarget(string target)
    {
        var name = target.Trim();
        if (!IsSingle)
            return Find(name);
        if (Find(name) is not null)
            return 1;
        return name.StartsWith(Not, StringComparison.OrdinalIgnoreCase) && Find(name[Not.Length..]) is not null ? 0 : null;
    }

    /// <summary>The id of a label that is given by its name, in whatever case, or by its id; null where there is none.</summary>
    public int? Find(string label)
    {
        var name = label.Trim();
        int[] ids = [.. Enumerable.Range(0, Names.Count)];
        return (int[])
        [
            .. ids.Where(id => Names[id] == name),
            .. ids.Where(id => string.Equals(Names[id], name, StringComparison.OrdinalIgnoreCase)),
            .. ids.Where(id => id.ToString(CultureInfo.InvariantCulture) == name),
        ] is [var found, ..] ? found : null;
    }

    private static List<string> ByIds(JsonElement map)
    {
        var byId = map.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.ToString());
        var ids = Enumerable.Range(0, byId.Count).Select(id => id.ToString(CultureInfo.InvariantCulture)).ToList();
        return byId.Count > 0 && ids.TrueForAll(byId.ContainsKey)
            ? [.. ids.Select(id => byId[id])]
            : throw new ModelFormatException(
                $"config.json: 'id2label' should name labels 0, 1, 2 and so on but is {map.GetRawText()}; check the model "
                + "folder.");
    }
}
