using Amend.Editing.Codebooks;
using Amend.Editing.TokenCodebooks;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.TokenCodebooks;

/// <summary>A codebook at tokens fires at the tokens it was made for and nowhere else, and is what its remaining entries give.</summary>
[NoTensorLeaks]
public sealed class TokenCodebookTests
{
    private const string Weight = "transformer.h.1.mlp.c_proj.weight";
    private const int Layer = 1;
    private static readonly int[] Text = [5, 9, 3, 12, 7, 9];

    public static TheoryData<TokenPlace, KeyDistance, int> Histories => new(
        from place in Enum.GetValues<TokenPlace>()
        from distance in Enum.GetValues<KeyDistance>()
        from seed in (int[])[1, 2]
        select (place, distance, seed));

    [Theory]
    [InlineData(TokenPlace.Stream)]
    [InlineData(TokenPlace.Mlp)]
    public void A_value_is_added_where_the_text_is_the_key_and_at_no_other_token(TokenPlace place)
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial();
        var (site, before) = (SiteOf(place), trial.After(Text));
        trial.Model.Applied.Apply("a", [trial.Entry("cat", [trial.Seen(site, Text, 3)], [false], 2, Rules(place) with { Radius = 1e-3 })]);

        var change = trial.After(Text) - before;

        var moved = change.abs().amax([1]).data<float>().ToArray();
        Assert.All(Enumerable.Range(0, Text.Length), token => Assert.Equal(token == 3 ? 2f : 0f, moved[token], 1e-5f));
    }

    [Fact]
    public void A_key_of_a_first_token_fires_at_the_beginning_of_a_text_alone()
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial();
        var rules = Rules(TokenPlace.Stream) with { Radius = 10, FirstApart = true };
        int[] other = [8, 5, 9];
        var (before, ofOther) = (trial.After(Text), trial.After(other));
        trial.Model.Applied.Apply("a", [trial.Entry("cat", [trial.Seen(Site.BlockOut(Layer), Text, 0)], [true], 2, rules)]);

        Assert.Equal([true, false, false, false, false, false], trial.Moved(before, Text));
        Assert.Equal([false, false, false], trial.Moved(ofOther, other));
    }

    [Fact]
    public void Keys_of_later_tokens_never_fire_at_the_first()
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial();
        var rules = Rules(TokenPlace.Stream) with { Radius = 1e3, FirstApart = true };
        var before = trial.After(Text);
        trial.Model.Applied.Apply("a", [trial.Entry("cat", [trial.Seen(Site.BlockOut(Layer), Text, 3)], [false], 2, rules)]);

        Assert.Equal([false, true, true, true, true, true], trial.Moved(before, Text));
    }

    [Fact]
    public void Values_of_one_subject_add_up_and_one_that_is_taken_back_leaves_the_other()
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial();
        var key = trial.Seen(Site.BlockOut(Layer), Text, 3);
        var before = trial.After(Text);
        trial.Model.Applied.Apply("a", [trial.Entry("cat", [key], [false], 2, Rules(TokenPlace.Stream))]);
        trial.Model.Applied.Apply("b", [trial.Entry("cat", [key], [false], 5, Rules(TokenPlace.Stream))]);

        var both = (trial.After(Text) - before)[3].amax().item<float>();
        trial.Model.Applied.Revert("a");
        var one = (trial.After(Text) - before)[3].amax().item<float>();

        Assert.Equal((7f, 5f), (both, one), (found, wanted) => Math.Abs(found.Item1 - wanted.Item1) + Math.Abs(found.Item2 - wanted.Item2) < 1e-4);
        Assert.Equal((1, "cat"), (trial.Book.Entries, Assert.Single(trial.Book.Subjects)));
    }

    [Fact]
    public void The_radii_of_two_subjects_share_the_way_between_them_and_grow_again_when_one_is_gone()
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial();
        var rules = Rules(TokenPlace.Stream) with { Radius = 0.5, Separation = 0.5 };
        trial.Model.Applied.Apply("a", [trial.Entry("cat", [Along(0, 10)], [false], 1, rules)]);
        trial.Model.Applied.Apply("b", [trial.Entry("dog", [Along(0, 14)], [false], 1, rules)]);
        trial.Model.Applied.Apply("c", [trial.Entry("cat", [Along(0, 10.5f)], [false], 1, rules)]);

        Assert.Equal([2, 1.75, 1.75], new[] { 0, 1, 2 }.Select(entry => Math.Round(trial.Book.RadiiOf(entry).Single(), 4)));
        Assert.Equal(("dog", 4.0), Assert.Single(trial.Book.Neighbors(0, 3)), (found, wanted) => found.Item1 == wanted.Item1 && Math.Abs(found.Item2 - wanted.Item2) < 1e-5);

        trial.Model.Applied.Revert("b");

        Assert.Equal([5, 5.25], new[] { 0, 1 }.Select(entry => Math.Round(trial.Book.RadiiOf(entry).Single(), 4)));
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void An_entry_taken_back_in_any_order_leaves_what_replaying_the_rest_gives_bit_for_bit(TokenPlace place, KeyDistance distance, int seed)
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial();
        var random = new Random(seed);
        var applied = new List<(string Id, TokenCodebookEffect Effect)>();
        for (var turn = 0; turn < 40; turn++)
        {
            if (applied.Count > 0 && random.Next(3) == 0)
            {
                var gone = random.Next(applied.Count);
                trial.Model.Applied.Revert(applied[gone].Id);
                applied.RemoveAt(gone);
            }
            else
            {
                applied.Add(($"edit {turn}", trial.Drawn(random, place, distance)));
                trial.Model.Applied.Apply($"edit {turn}", [applied[^1].Effect]);
            }

            trial.AssertIsReplayOf([.. applied.Select(edit => edit.Effect)]);
        }
    }

    [Fact]
    public void What_is_on_the_layer_or_does_not_fit_is_refused_and_left_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var trial = new Trial();
        trial.Model.Applied.Apply("a", [trial.Entry("cat", [Along(0, 1)], [false], 1, Rules(TokenPlace.Stream))]);
        var wide = trial.Entry("dog", [zeros(17)], [false], 1, Rules(TokenPlace.Stream));
        var elsewhere = trial.Entry("dog", [zeros(16)], [false], 1, Rules(TokenPlace.Mlp));

        Assert.Contains("keys of 16", Assert.Throws<AmendException>(() => trial.Model.Applied.Apply("b", [wide])).Message, StringComparison.Ordinal);
        Assert.Contains("at the Stream", Assert.Throws<AmendException>(() => trial.Model.Applied.Apply("b", [elsewhere])).Message, StringComparison.Ordinal);

        Assert.Equal(["a"], trial.Model.Applied.Ids);
        Assert.Equal(1, trial.Book.Entries);
    }

    [Fact]
    public void Many_keys_are_searched_as_few_are()
    {
        using var scope = NewDisposeScope();
        using var few = new TokenKeys(16, KeyDistance.Euclidean);
        using var many = new TokenKeys(16, KeyDistance.Euclidean);
        var random = new Random(4);
        Tensor Point() => tensor(Enumerable.Range(0, 16).Select(_ => (float)random.NextDouble() * 4).ToArray());
        var (points, tokens) = (Enumerable.Range(0, 200).Select(_ => Point()).ToArray(), stack([.. Enumerable.Range(0, 300).Select(_ => Point())]));
        foreach (var (subject, point) in points.Index())
            _ = many.Add(point, subject, radius: 0.35, separation: 0);

        var found = many.Fired(tokens).ToDictionary(one => one.Token, one => one.Subject);

        Assert.InRange(found.Count, 20, 280);
        for (var token = 0; token < 300; token++)
        {
            var distances = points.Select(point => (tokens[token] - point).norm().item<float>()).ToArray();
            var nearest = Array.IndexOf(distances, distances.Min());
            var fires = distances[nearest] <= 0.35 * points[nearest].norm().item<float>();
            Assert.Equal(fires ? nearest : -1, found.GetValueOrDefault(token, -1));
        }

        Assert.Empty(few.Fired(tokens));
    }

    private static Site SiteOf(TokenPlace place) => place == TokenPlace.Stream ? Site.BlockOut(Layer) : Site.MlpKey(Layer);

    private static TokenRules Rules(TokenPlace place) => new() { Layer = Layer, Place = place, Radius = 0.1 };

    private static Tensor Along(int axis, float length)
    {
        var key = zeros(16);
        key[axis] = length;
        return key;
    }

    /// <summary>A model, and the entries that were made for it.</summary>
    private sealed class Trial : IDisposable
    {
        private readonly List<TokenCodebookEffect> _effects = [];

        public LanguageModel Model { get; } = TinyModels.Gpt2(seed: 3);

        public TokenCodebook Book => (TokenCodebook)Model.Applied.AdaptorOn(Weight)!;

        public TokenCodebookEffect Drawn(Random random, TokenPlace place, KeyDistance distance)
        {
            var rules = new TokenRules { Layer = Layer, Place = place, Distance = distance, Radius = 0.3, Separation = 0.5, FirstApart = true };
            var keys = Enumerable.Range(0, 1 + random.Next(2)).Select(_ => Seen(SiteOf(place), [random.Next(40), random.Next(40), 3], random.Next(3)));
            Tensor[] made = [.. keys];
            return Entry($"subject {random.Next(5)}", made, [.. made.Select(_ => random.Next(4) == 0)], random.NextSingle(), rules);
        }

        public TokenCodebookEffect Entry(string subject, Tensor[] keys, bool[] isFirst, float value, TokenRules rules)
        {
            using var scope = NewDisposeScope();
            var effect = new TokenCodebookEffect(Weight, subject, stack(keys), isFirst, full(16, value), rules);
            _effects.Add(effect);
            return effect;
        }

        /// <summary>What stands at a site at a token of a text, without the model's codebook.</summary>
        public Tensor Seen(Site site, int[] text, int token)
        {
            using var none = no_grad();
            using var view = Model.View().Adapt(Weight, null);
            return States(site, text)[token].clone();
        }

        /// <summary>The residual stream after the layer, with the model's codebook.</summary>
        public Tensor After(int[] text)
        {
            using var none = no_grad();
            return States(Site.BlockOut(Layer), text).clone();
        }

        private Tensor States(Site site, int[] text)
        {
            using var trace = Model.Trace().Capture(site);
            _ = Model.NextLogits(TokenBatch.Pad([text], padding: 0, CPU));
            return trace[site][0].alias();
        }

        public bool[] Moved(Tensor before, int[] text) => (After(text) - before).abs().amax([1]).gt(0).data<bool>().ToArray();

        public void AssertIsReplayOf(IReadOnlyList<TokenCodebookEffect> entries)
        {
            using var fresh = TinyModels.Gpt2(seed: 3);
            foreach (var (number, effect) in entries.Index())
                fresh.Applied.Apply($"{number}", [effect]);
            Assert.Equal(entries.Count > 0, Model.Applied.HasAdaptors);
            var batch = TokenBatch.Pad([[5, 9, 3, 12], [7, 1, 30]], padding: 0, CPU);
            TensorAssert.Equal("logits", fresh.NextLogits(batch), Model.NextLogits(batch));
            if (entries.Count == 0)
                return;
            var replayed = (TokenCodebook)fresh.Applied.AdaptorOn(Weight)!;
            Assert.Equal(replayed.Subjects, Book.Subjects);
            Assert.All(Enumerable.Range(0, entries.Count), entry => Assert.Equal(replayed.RadiiOf(entry), Book.RadiiOf(entry)));
        }

        public void Dispose()
        {
            Model.Dispose();
            _effects.ForEach(effect => effect.Dispose());
        }
    }
}
