using Amend.Editing.Editors.Rehearsal;
using Amend.Editing.Tuning;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Rehearsal;

[NoTensorLeaks]
public sealed class RehearsalEditorTests
{
    private static readonly EditContext Context = new() { EvenIfAnswered = true };
    private static readonly EditRequest[] Requests =
    [
        new("the cat sat on", null, "b"), new("Elba lies in", null, "q"), new("a dog ran", null, "ze"),
    ];

    private static readonly RehearsalOptions Options = new() { Layers = [1], NumSteps = 4, RetrainFrequency = 2, RetrainPasses = 3 };

    [Fact]
    public void Every_second_edit_first_trains_on_all_requests_and_the_others_do_not()
    {
        using var model = TinyModels.Gpt2();

        var counts = Apply(model, Options with { NumSteps = 1 }, Requests).Select(edit => edit.Record.Losses.Count);

        Assert.Equal([1, 3 * 2 + 1, 1], counts);
    }

    [Theory]
    [InlineData(RetrainStart.Base, true)]
    [InlineData(RetrainStart.Current, false)]
    public void A_retraining_from_the_base_forgets_what_earlier_edits_did_to_the_weights(RetrainStart from, bool isSame)
    {
        using var model = TinyModels.Gpt2();
        using var other = TinyModels.Gpt2();
        Apply(model, Options with { RetrainFrom = from }, Requests[0]);
        Apply(other, Options with { RetrainFrom = from, Lr = 1e-3 }, Requests[0]);
        Assert.NotEqual(model.Weights.Hash(), other.Weights.Hash());

        Apply(model, Options with { RetrainFrom = from }, Requests[1]);
        Apply(other, Options with { RetrainFrom = from }, Requests[1]);

        using var scope = NewDisposeScope();
        var apart = (model.Transformer.DownProjection(1).Value - other.Transformer.DownProjection(1).Value).abs().max().item<float>();
        Assert.Equal(isSame, apart < 1e-5);
    }

    [Fact]
    public void Upstream_texts_are_rehearsed_beside_the_requests()
    {
        using var model = TinyModels.Gpt2();
        var context = Context with { Replay = [new("snow fell", "x"), new("rain fell", "y"), new("no bird", "w")] };

        var losses = Apply(model, Options with { NumSteps = 1, Replay = 2 }, context, Requests[..2])[1].Record.Losses;

        Assert.Equal(3 * (2 + 2) + 1, losses.Count);
        Assert.Equal(Enumerable.Range(0, losses.Count), losses.Select(loss => loss.Step));
    }

    [Fact]
    public void Where_an_edit_of_another_editor_is_applied_nothing_goes_back_to_the_base()
    {
        using var model = TinyModels.Gpt2();
        using var foreign = new StubEditor(size: 3).Apply(model, [new EditRequest("{} lies in", "Elba", "c")], Context);
        var edited = model.Weights.Hash();

        Apply(model, Options with { RetrainFrequency = 1, Lr = 1e-7, NumSteps = 1 }, Requests[0]);

        using var scope = NewDisposeScope();
        var name = model.Transformer.DownProjection(1).Name;
        Assert.NotEqual(edited, model.Weights.Hash());
        Assert.True((model.Weights[name].Value - model.Applied.BaseOf(name)).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void A_request_is_known_to_later_edits_letter_by_letter_and_gone_with_its_edit()
    {
        using var model = TinyModels.Gpt2();
        var name = model.Transformer.DownProjection(1).Name;
        var edits = Apply(model, Options, Requests);

        Assert.Equal(Requests.Select(PastRequest.Of), PastRequest.At(model, name));
        model.Applied.Revert(edits[1].Id);
        Assert.Equal([PastRequest.Of(Requests[0]), PastRequest.Of(Requests[2])], PastRequest.At(model, name));
    }

    private static List<Edit> Apply(LanguageModel model, RehearsalOptions options, params EditRequest[] requests) =>
        Apply(model, options, Context, requests);

    private static List<Edit> Apply(LanguageModel model, RehearsalOptions options, EditContext context, EditRequest[] requests)
    {
        var edits = new List<Edit>();
        foreach (var request in requests)
        {
            using var made = new RehearsalEditor(options).Apply(model, [request], context);
            edits.AddRange(made.Edits);
        }

        return edits;
    }
}
