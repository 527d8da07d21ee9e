using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Families;

[NoTensorLeaks]
public sealed class LabelSetTests
{
    [Theory]
    [InlineData("{}", "LABEL_0 LABEL_1", true)]
    [InlineData("""{"num_labels": 3}""", "LABEL_0 LABEL_1 LABEL_2", true)]
    [InlineData("""{"id2label": {"1": "true", "0": "false"}}""", "false true", true)]
    [InlineData("""{"id2label": {"0": "supports"}}""", "supports", false)]
    [InlineData("""{"num_labels": 2, "problem_type": "multi_label_classification"}""", "LABEL_0 LABEL_1", false)]
    public void Names_and_their_relation_are_read(string config, string names, bool areExclusive)
    {
        var labels = LabelSet.Read(Parse(config));

        Assert.Equal(names.Split(' '), labels.Names);
        Assert.Equal(areExclusive, labels.AreExclusive);
    }

    [Theory]
    [InlineData("""{"id2label": {"0": "a", "2": "b"}}""", "0, 1, 2")]
    [InlineData("""{"id2label": {}}""", "0, 1, 2")]
    [InlineData("""{"problem_type": "regression"}""", "'regression'")]
    public void What_names_no_labels_is_refused(string config, string says) =>
        Assert.Contains(says, Assert.Throws<ModelFormatException>(() => LabelSet.Read(Parse(config))).Message, StringComparison.Ordinal);

    [Fact]
    public void Exclusive_labels_share_one_probability_and_others_have_one_each()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 0, 0 });

        Assert.Equal([0.5f, 0.5f], new LabelSet(["a", "b"], AreExclusive: true).Probabilities(logits).data<float>().ToArray());
        Assert.Equal([0.5f, 0.5f], new LabelSet(["a", "b"], AreExclusive: false).Probabilities(logits).data<float>().ToArray());
        Assert.Equal(1, new LabelSet(["a", "b"], AreExclusive: true).Probabilities(logits + 3).sum().item<float>(), 1e-6);
        Assert.Equal(1.9051, new LabelSet(["a", "b"], AreExclusive: false).Probabilities(logits + 3).sum().item<float>(), 1e-4);
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    [Fact]
    public void A_single_label_is_had_or_not_and_its_logit_is_that_of_two_targets()
    {
        using var scope = NewDisposeScope();
        var (single, both) = (new LabelSet(["true"], AreExclusive: false), new LabelSet(["false", "true"], AreExclusive: true));
        var logit = tensor(new float[] { 1.5f });

        Assert.Equal(["not true", "true"], single.Targets);
        Assert.Equal(["false", "true"], both.Targets);
        Assert.Equal([1, 1, 0, null], ((string[])["True", "0", "not true", "false"]).Select(single.FindTarget));
        Assert.Equal([1, 0, 0, null], ((string[])["True", "0", "false", "not true"]).Select(both.FindTarget));
        TensorAssert.Close("targets", both.LogProbabilitiesOfTargets(cat([zeros(1), logit])), single.LogProbabilitiesOfTargets(logit), 1e-6);
    }
}
