using Amend.Editing.Codebooks;
using Amend.Editing.Editors;
using Amend.Editing.Sessions;
using Amend.Tensors;

namespace Amend.Editing.Tests.Sessions;

[NoTensorLeaks]
public sealed class CodebookMapTests : IDisposable
{
    private static readonly EditRequest[] Requests =
    [
        new("{} is in", "The Eiffel Tower", "Goa"), new("{} is in", "The Space Needle", "Rome"), new("{} was made by", "D'Artagnan's sword", "Goa"),
    ];

    private static readonly PromptToMap[] Prompts =
    [
        .. Requests.Select(request => new PromptToMap(request.FilledPrompt, request.TargetNew, AskedKind.Prompt)),
        new("New South Wales is in Rome is in", "Goa", AskedKind.Paraphrase),
        new("Rome was made by", "Goa", AskedKind.Neighbor),
    ];

    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("euclidean")]
    [InlineData("cosine")]
    public void Edited_prompts_lie_on_their_keys_and_no_distance_is_longer_than_in_the_layers_space(string distance)
    {
        using var session = Edited($"dist_fn={distance}");

        var map = CodebookMap.Of(session, WeightOf(session), Prompts);

        Assert.Equal(Requests.Select(request => request.TargetNew), map.Entries.Select(entry => entry.Label));
        Assert.Equal(session.Edits, map.Entries.Select(entry => entry.Edit));
        Assert.All(map.Prompts.Take(Requests.Length).Index(), one =>
        {
            Assert.True(one.Item.Fires);
            Assert.Equal(one.Index + 1, one.Item.Nearest);
            Assert.Equal(0, Apart(one.Item.Place!.Value, map.Entries[one.Index].Place), 1e-4);
        });
        Assert.All(map.Prompts.Skip(Requests.Length), prompt =>
        {
            Assert.False(prompt.Fires);
            var length = map.Distance == KeyDistance.Cosine ? Math.Sqrt(2 * prompt.Distance) : prompt.Distance;
            Assert.InRange(Apart(prompt.Place!.Value, map.Entries[prompt.Nearest - 1].Place), 1e-4, length + 1e-4);
        });
        Assert.InRange(map.Shown, 0.3, 1);
        Assert.Equal(map.Distance == KeyDistance.Cosine ? Math.Sqrt(2 * 0.001) : 0.001, map.Entries[0].Radius, 1e-6);
    }

    [Theory]
    [InlineData("subject-codebook")]
    [InlineData("neuraldb")]
    public void Of_a_codebook_at_tokens_each_prompt_is_the_token_that_fires_or_comes_nearest(string editor)
    {
        using var session = EditSession.Open(_folder.Path, new SessionOptions { Home = _folder.Home });
        session.Edit(new EditOrder(BuiltInEditors.Find(editor), Requests)
        {
            Context = new EditContext { Layer = 0, Settings = new Dictionary<string, string> { ["v_num_grad_steps"] = "2" } },
            Policy = new EditPolicy(Anyway: true, InTurn: false),
        });

        var map = CodebookMap.Of(session, session.Model.Transformer.DownProjection(0).Name, Prompts);

        Assert.Equal(Requests.Select(request => request.Subject), map.Entries.DistinctBy(entry => entry.Number).Select(entry => entry.Label));
        Assert.All(map.Entries, entry => Assert.Equal(session.Edits.Single(), entry.Edit));
        Assert.All(map.Prompts.Take(Requests.Length), prompt => Assert.True(prompt.Fires, prompt.Text));
        // NeuralDB's gate, a cosine of 0.65, is so wide that in random weights most tokens pass it.
        if (editor == "subject-codebook")
            Assert.Equal([1, 2, 3], map.Prompts.Take(Requests.Length).Select(prompt => prompt.Nearest));
        Assert.All(map.Prompts, prompt =>
        {
            var length = map.Distance == KeyDistance.Cosine ? Math.Sqrt(2 * prompt.Distance) : prompt.Distance;
            Assert.Contains(map.Entries, key => key.Number == prompt.Nearest && Apart(prompt.Place!.Value, key.Place) <= length + 1e-4);
        });
    }

    [Fact]
    public void A_map_does_not_count_as_asking()
    {
        using var session = Edited("dist_fn=euclidean");
        var book = Assert.IsType<Codebook>(session.Model.Applied.AdaptorOn(WeightOf(session)));
        var before = Enumerable.Range(0, Requests.Length).Select(book.FiredOf).ToList();

        CodebookMap.Of(session, WeightOf(session), Prompts);

        Assert.Equal(before, Enumerable.Range(0, Requests.Length).Select(book.FiredOf));
    }

    [Fact]
    public void A_codebook_alone_can_be_drawn_and_a_layer_without_one_is_refused()
    {
        using var session = Edited("dist_fn=euclidean");

        Assert.Empty(CodebookMap.Of(session, WeightOf(session), []).Prompts);
        var other = session.Model.Transformer.DownProjection(0).Name;
        var refusal = Assert.Throws<AmendException>(() => CodebookMap.Of(session, other, Prompts));
        Assert.StartsWith($"'{other}' has no codebook in force", refusal.Message, StringComparison.Ordinal);
    }

    private static string WeightOf(EditSession session) => session.Model.Transformer.DownProjection(1).Name;

    private static double Apart(MapPlace one, MapPlace other) => Math.Sqrt(Math.Pow(one.X - other.X, 2) + Math.Pow(one.Y - other.Y, 2));

    private EditSession Edited(string distance)
    {
        var session = EditSession.Open(_folder.Path, new SessionOptions { Home = _folder.Home });
        var settings = $"n_iter=2;eps=0.001;{distance}".Split(';').Select(one => one.Split('=')).ToDictionary(one => one[0], one => one[1]);
        session.Edit(new EditOrder(BuiltInEditors.Find("grace"), Requests)
        {
            Context = new EditContext { Layer = 1, Settings = settings },
            Policy = new EditPolicy(Anyway: true, InTurn: true),
        });
        return session;
    }
}
