using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Objectives;

namespace Amend.Editing.Tests.HyperNetworks.Objectives;

public sealed class ExampleDrawsTests
{
    private static readonly EditRequest[] Requests =
    [
        .. Enumerable.Range(0, 7).Select(i => new EditRequest($"prompt {i}", null, "x")
        {
            Paraphrases = [$"paraphrase {i}"],
            Neighbors = i < 5 ? [$"near {i} a", $"near {i} b", $"near {i} c"] : [],
        }),
    ];

    private static readonly NetworkData Data = new("texts", Requests, Requests[..3]);

    [Fact]
    public void A_batch_follows_from_the_seed_and_its_number_alone()
    {
        var inOrder = new ExampleDraws(Data, kept: 2, seed: 5);
        var all = Enumerable.Range(0, 12).Select(batch => Texts(inOrder.Batch(batch, 3))).ToList();

        Assert.Equal(all[9], Texts(new ExampleDraws(Data, kept: 2, seed: 5).Batch(9, 3)));
        Assert.NotEqual(all[9], Texts(new ExampleDraws(Data, kept: 2, seed: 6).Batch(9, 3)));
    }

    [Fact]
    public void Every_request_comes_once_in_an_epoch_and_epochs_have_orders_of_their_own()
    {
        var draws = new ExampleDraws(Data, kept: 1, seed: 0);
        var drawn = Enumerable.Range(0, 14).Select(batch => draws.Batch(batch, 1)[0].Edit.Prompt).ToList();

        Assert.Equal(Requests.Select(request => request.Prompt), drawn[..7].Order(StringComparer.Ordinal));
        Assert.Equal(Requests.Select(request => request.Prompt), drawn[7..].Order(StringComparer.Ordinal));
        Assert.NotEqual(drawn[..7], drawn[7..]);
    }

    [Fact]
    public void The_prompt_and_its_paraphrases_are_asked_in_turn_of_chance()
    {
        var draws = new ExampleDraws(Data, kept: 1, seed: 0);
        var asked = Enumerable.Range(0, 60).Select(batch => draws.Batch(batch, 1)[0]).Where(example => example.Edit == Requests[0]).SelectMany(example => example.Asked);

        Assert.Equal(["paraphrase 0", "prompt 0"], asked.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Neighbours_are_kept_and_prompts_of_other_requests_where_there_are_none()
    {
        var draws = new ExampleDraws(Data, kept: 2, seed: 0);
        foreach (var example in Enumerable.Range(0, 20).SelectMany(batch => draws.Batch(batch, 1)))
        {
            Assert.Equal(2, example.Kept.Distinct().Count());
            Assert.All(example.Kept, kept => Assert.Contains(
                kept, example.Edit.Neighbors.Count > 0 ? example.Edit.Neighbors : Requests.Where(other => other != example.Edit).Select(other => other.Prompt)));
        }
    }

    [Fact]
    public void Validation_asks_the_prompt_first_and_all_paraphrases_and_is_the_same_each_time()
    {
        var draws = new ExampleDraws(Data, kept: 2, seed: 0);
        var first = draws.Validation(2);

        Assert.Equal(["prompt 1", "paraphrase 1"], first[1].Asked);
        Assert.Equal(Texts(first), Texts(draws.Validation(2)));
    }

    private static List<string> Texts(IReadOnlyList<EditExample> examples) =>
        [.. examples.Select(example => $"{example.Edit.Prompt} | {string.Join(", ", example.Asked)} | {string.Join(", ", example.Kept)}")];
}
