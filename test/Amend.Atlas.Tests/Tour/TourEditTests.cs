using Amend.Atlas.Tour;
using Amend.Editing;
using Amend.Editing.Homes;
using Amend.Editing.Statistics;
using Amend.Models;

namespace Amend.Atlas.Tests.Tour;

[NoTensorLeaks]
public sealed class TourEditTests : IDisposable
{
    /// <summary>What the last layer writes at the subject reaches no later token.</summary>
    private const int Useless = 5;

    private readonly TempFolder _folder = new();
    private readonly LanguageModel _model = LanguageModel.Load(Path.Combine(ModelLocator.EmbeddedFolder, "atlas-gpt"));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Layers_are_tried_until_the_edit_holds_and_only_the_last_edit_stays()
    {
        using var made = Make(Useless, 0);

        Assert.Equal([0], made.Result.Edits[0].Record.Layers);
        Assert.False(made.Result.Edits[0].Record.Statistics.Single().IsIdentity);
        Assert.True(TourEdit.Holds(made.Check));
        made.Result.Revert();
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void Where_the_edit_holds_at_no_layer_the_best_one_is_taken_and_statistics_that_are_missing_are_said()
    {
        using var made = Make(Useless, Useless);

        Assert.Equal([Useless], made.Result.Edits[0].Record.Layers);
        Assert.True(made.Result.Edits[0].Record.Statistics.Single().IsIdentity);
        Assert.False(TourEdit.Holds(made.Check));
        made.Result.Revert();
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    private TourEdit Make(params int[] layers)
    {
        using var statistics = new SecondMomentLibrary(new AmendHome(_folder.Path));
        var context = new EditContext { Settings = new Dictionary<string, string> { ["v_num_grad_steps"] = "12" } };
        return TourEdit.Make(_model, TourFacts.FindKnown(_model).Request, layers, context, statistics);
    }
}
