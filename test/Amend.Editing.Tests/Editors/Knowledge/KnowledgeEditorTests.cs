using Amend.Editing.Editors.Knowledge;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Knowledge;

[NoTensorLeaks]
public sealed class KnowledgeEditorTests
{
    private static readonly EditRequest Cat = new("The cat sat on", null, "mat");

    [Fact]
    public void A_loop_applies_updates_until_the_target_is_reached_and_at_most_so_often()
    {
        using var model = TinyModels.Gpt2(layers: 2);
        using var means = new EditingMeans(model);
        var once = Norm(new KnowledgeEditorOptions());

        Assert.Equal(once, Norm(new KnowledgeEditorOptions { Loop = true, MaxApplications = 1 }));
        Assert.Equal(3 * once, Norm(new KnowledgeEditorOptions { Loop = true, MaxApplications = 3, AddsFirst = true }), once * 1e-5);
        var anew = Norm(new KnowledgeEditorOptions { Loop = true, MaxApplications = 3 });
        Assert.NotEqual(3 * once, anew, once * 1e-5);

        double Norm(KnowledgeEditorOptions options)
        {
            using var result = new KnowledgeEditor(options).Apply(model, [Cat], new EditContext { Networks = means.NetworksFor("ke"), EvenIfAnswered = true });
            var record = result.Edits[0].Record;
            Assert.False(record.Converged);
            result.Revert();
            return record.DeltaNorm!.Value;
        }
    }

    [Fact]
    public void A_network_of_another_constraint_or_without_paraphrases_is_not_taken()
    {
        using var model = TinyModels.Gpt2(layers: 2);
        using var means = new EditingMeans(model);
        var context = new EditContext { Networks = means.NetworksFor("ke"), EvenIfAnswered = true };

        var constraint = Refusal(new KnowledgeEditorOptions { Constraint = UpdateConstraint.Lp });
        var views = Refusal(new KnowledgeEditorOptions { Constraint = UpdateConstraint.Kl, Views = true });
        new KnowledgeEditor(new KnowledgeEditorOptions { Constraint = UpdateConstraint.Kl, Views = false }).Check(model, context);

        Assert.Contains(" with constraint=lp, and there is none; ", constraint, StringComparison.Ordinal);
        Assert.EndsWith(" --set constraint=kl --set views=true.", views, StringComparison.Ordinal);

        string Refusal(KnowledgeEditorOptions options) =>
            Assert.Throws<AmendException>(() => new KnowledgeEditor(options).Apply(model, [Cat], context)).Message;
    }

    [Fact]
    public void A_repeated_update_stops_where_the_target_is_reached()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(layers: 2);
        var (weight, asked, found) = (model.Transformer.DownProjection(0).Name, 0, 0);
        IReadOnlyDictionary<string, Tensor> Find()
        {
            found++;
            return new Dictionary<string, Tensor> { [weight] = full_like(model.Weights[weight].Value, found) };
        }

        var sum = new RepeatedUpdate(Most: 5, AddsFirst: false).Find(model, Find, () => ++asked == 3);

        Assert.Equal((3, true), (sum.Applications, sum.IsReached));
        Assert.Equal(1 + 2 + 3, sum.Updates[weight].max().item<float>());
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void Answers_are_compared_without_case_spaces_and_marks()
    {
        Assert.Equal(AnswerForm.Of("New-York!"), AnswerForm.Of(" new york"));
        Assert.NotEqual(AnswerForm.Of("York"), AnswerForm.Of("New York"));
    }
}
