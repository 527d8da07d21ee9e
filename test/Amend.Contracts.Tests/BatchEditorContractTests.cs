using Amend.Editing;
using Amend.Editing.Editors.Memit;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Contracts.Tests;

/// <summary>The way of batch editors on every family, by MEMIT: a batch works, is taken back bit for bit, and spreads where it can.</summary>
[NoTensorLeaks]
public sealed class BatchEditorContractTests
{
    /// <summary>What is left of the targets' mean loss at most; random weights carry little from one token to the next.</summary>
    private const double LossLeft = 0.9;

    /// <summary>The targets stand right behind the subjects, where random weights carry a change of them furthest.</summary>
    private static readonly EditRequest[] Requests = [new("The cat is called {}", "Felix", "m"), new("My dog has the name {}", "Rover", "b")];

    private static readonly ContextTemplates Templates = new(["{}", "So. {}", "Long ago, {}"]);

    /// <summary>No statistics, and no bounds that belong to trained models; the last token, as some of these have no layer above.</summary>
    private static readonly MemitOptions Options = new()
    {
        Layers = [1], FactToken = LookupToken.Last, Mom2Adjustment = false, Mom2UpdateWeight = 1e-3, ClampNormFactor = 30, VWeightDecay = 0, KlFactor = 0,
    };

    public static TheoryData<string> Cases => GoldenCases.Rows(FamilyModel.Cases);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_makes_its_targets_likelier_and_is_taken_back_bit_for_bit(string id)
    {
        using var model = FamilyModel.Load(id);
        var before = MeanNll(model);

        using var edit = Apply(model, Options);

        Assert.InRange(MeanNll(model), 0, LossLeft * before);
        Assert.Single(edit.Edits);
        edit.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Several_layers_share_it_unless_a_norm_stands_behind_the_MLP(string id)
    {
        using var model = FamilyModel.Load(id);
        var (options, before) = (Options with { Layers = [0, 1] }, MeanNll(model));
        if (!model.Decoder.AddsMlpOutToStream)
        {
            var failure = Assert.Throws<AmendException>(() => Apply(model, options));
            Assert.Contains("has a norm or a factor behind its MLPs, so name one alone with --layer", failure.Message, StringComparison.Ordinal);
            return;
        }

        using var edit = Apply(model, options);

        Assert.InRange(MeanNll(model), 0, LossLeft * before);
        Assert.All(((int[])[0, 1]).Select(model.Transformer.DownMap), map => Assert.Contains(map.Parts, part => edit.Edits[0].Deltas.ContainsKey(part.Name)));
        edit.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    private static EditResult Apply(LanguageModel model, MemitOptions options) =>
        new MemitEditor(options).Apply(model, Requests, new EditContext { Templates = Templates });

    private static double MeanNll(LanguageModel model) =>
        new TargetScorer(model).Score([.. Requests.Select(request => (request.FilledPrompt, request.TargetNew))]).Average(score => score.MeanNll);
}
