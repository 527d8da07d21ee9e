using Amend.Editing.Codebooks;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Codebooks;

/// <summary>A codebook is what its events give in their order: decisions on hand-made keys, and histories in which any is taken back.</summary>
[NoTensorLeaks]
public sealed class CodebookTests
{
    private const string Weight = "transformer.h.1.mlp.c_proj.weight";
    private const double Exact = 1e-6;

    public static TheoryData<CodebookRule, Expansion, KeyDistance, int> Histories => new(
        from rule in Enum.GetValues<CodebookRule>()
        from expansion in Enum.GetValues<Expansion>()
        from distance in Enum.GetValues<KeyDistance>()
        from seed in (int[])[1, 2]
        select (rule, expansion, distance, seed));

    [Fact]
    public void A_key_far_from_all_others_is_a_new_entry_with_the_first_radius()
    {
        using var history = new History();
        var steps = history.Steps(CodebookRule.Sound, (0, 0, 1), (5, 0, 2));

        Assert.Equal([CodebookStepKind.Add, CodebookStepKind.Add], steps.Select(step => step.Kind));
        Assert.Equal([1.0, 1.0], history.Radii);
    }

    [Fact]
    public void The_same_label_near_an_entry_expands_it_and_within_it_trains_it_again()
    {
        using var history = new History();
        var steps = history.Steps(CodebookRule.Sound, (0, 0, 1), (1.5f, 0, 1), (0.5f, 0, 1));

        Assert.Equal([CodebookStepKind.Add, CodebookStepKind.Expand, CodebookStepKind.Retrain], steps.Select(step => step.Kind));
        Assert.Equal([1.5], history.Radii);
        Assert.Equal([0, 1, 2], Assert.Single(history.Book.Entries).Events);
    }

    [Fact]
    public void Another_label_near_an_entry_shares_the_way_between_them()
    {
        using var history = new History();
        var steps = history.Steps(CodebookRule.Sound, (0, 0, 1), (1.5f, 0, 2));

        Assert.Equal(CodebookStepKind.Split, steps[1].Kind);
        Assert.Equal([0.75, 0.75], history.Radii);
    }

    [Fact]
    public void A_split_never_makes_a_radius_larger_as_the_published_rule_does()
    {
        using var history = new History();
        (float, float, int)[] events = [(0, 0, 1), (0.4f, 0, 2), (0, 1.1f, 3)];

        _ = history.Steps(CodebookRule.Sound, events);
        Assert.Equal([0.2, 0.2, 0.9], history.Radii.Select(radius => Math.Round(radius, 5)));
        history.Model.Applied.RevertAll();
        _ = history.Steps(CodebookRule.Published, events);

        Assert.Equal([0.55, 0.2, 0.55], history.Radii.Select(radius => Math.Round(radius, 3)));
    }

    [Fact]
    public void An_entry_that_would_grow_into_another_label_stays_and_the_key_gets_an_entry_of_its_own()
    {
        using var history = new History();
        var steps = history.Steps(CodebookRule.Sound, (0, 0, 1), (3, 0, 2), (1.9f, 0, 1));

        Assert.Equal(CodebookStepKind.Split, steps[2].Kind);
        Assert.Equal([1.0, 0.55, 0.55], history.Radii.Select(radius => Math.Round(radius, 5)));
        history.Model.Applied.RevertAll();
        Assert.Equal(CodebookStepKind.Split, history.Steps(CodebookRule.Published, (0, 0, 1), (3, 0, 2), (1.9f, 0, 1))[2].Kind);
    }

    [Fact]
    public void The_same_prompt_with_another_label_replaces_the_entry_where_the_published_rule_loses_it()
    {
        using var scope = NewDisposeScope();
        using var history = new History();
        var steps = history.Steps(CodebookRule.Sound, (1, 1, 1), (1, 1, 2));

        Assert.Equal(CodebookStepKind.Replace, steps[1].Kind);
        Assert.Equal([2], Assert.Single(history.Book.Entries).Label);
        Assert.Equal(1, history.Book.Entries[0].Radius);
        TensorAssert.Equal("value", history.Effects[1].Value, history.Book.Values[0]);
        history.Model.Applied.RevertAll();
        var published = history.Steps(CodebookRule.Published, (1, 1, 1), (1, 1, 2))[1];

        Assert.False(published.Fires);
        Assert.Equal([-1e-5, 0], history.Radii);
    }

    [Fact]
    public void Labels_are_compared_token_by_token_and_by_their_mean_where_that_is_asked()
    {
        using var history = new History();
        var kinds = new List<CodebookStepKind>();
        foreach (var rule in Enum.GetValues<CodebookRule>())
        {
            history.Apply("a", history.Event(rule, [0, 0], [3, 5]));
            history.Apply("b", history.Event(rule, [0.5f, 0], [4]));
            kinds.Add(history.Book.Steps[1].Kind);
            history.Model.Applied.RevertAll();
        }

        Assert.Equal([CodebookStepKind.Split, CodebookStepKind.Retrain], kinds);
    }

    [Fact]
    public void An_average_moves_the_key_half_of_the_way()
    {
        using var scope = NewDisposeScope();
        using var history = new History();
        history.Apply("a", history.Event(CodebookRule.Sound, [0, 0], [1]));
        history.Apply("b", history.Event(CodebookRule.Sound, [1.5f, 0], [1], Expansion.MovingAverage));

        Assert.Equal([0.75f, 0f], history.Book.Keys[0].narrow(0, 0, 2).data<float>().ToArray());
        Assert.Equal(1.5, history.Book.Entries[0].Radius, Exact);
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void An_event_taken_back_in_any_order_leaves_what_replaying_the_rest_gives_bit_for_bit(
        CodebookRule rule, Expansion expansion, KeyDistance distance, int seed)
    {
        using var history = new History();
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        var applied = new List<(string Id, CodebookEffect Effect)>();
        for (var turn = 0; turn < 60; turn++)
        {
            if (applied.Count > 0 && random.Next(3) == 0)
            {
                var gone = random.Next(applied.Count);
                history.Model.Applied.Revert(applied[gone].Id);
                applied.RemoveAt(gone);
            }
            else
            {
                var drawn = history.Drawn(random, rule, expansion, distance);
                applied.Add(($"edit {turn}", drawn));
                history.Apply($"edit {turn}", drawn);
            }

            history.AssertIsReplayOf([.. applied.Select(edit => edit.Effect)]);
            if (rule == CodebookRule.Sound && applied.Count > 0)
                history.AssertApart(distance);
        }

        history.Model.Applied.RevertAll();
        Assert.Null(history.Model.Applied.AdaptorOn(Weight));
    }

    [Fact]
    public void What_is_on_the_layer_or_does_not_fit_is_refused_and_left_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var history = new History();
        history.Apply("a", history.Event(CodebookRule.Sound, [0, 0], [1]));
        using var cosine = new CodebookEffect(Weight, zeros(64), zeros(16), [1], new CodebookRules { Eps = 1, Distance = KeyDistance.Cosine });
        using var wide = new CodebookEffect(Weight, zeros(64), zeros(17), [1], new CodebookRules { Eps = 1 });

        Assert.Contains("the distance 'Cosine'", Assert.Throws<AmendException>(() => history.Model.Applied.Apply("b", [cosine])).Message, StringComparison.Ordinal);
        Assert.Contains("values of 16", Assert.Throws<AmendException>(() => history.Model.Applied.Apply("b", [wide])).Message, StringComparison.Ordinal);

        Assert.Equal(["a"], history.Model.Applied.Ids);
        Assert.Single(history.Book.Entries);
        history.Model.Applied.RevertAll();
    }

    /// <summary>A model with a codebook, and the events that were made for it.</summary>
    private sealed class History : IDisposable
    {
        public LanguageModel Model { get; } = TinyModels.Gpt2(seed: 3);

        public List<CodebookEffect> Effects { get; } = [];

        public Codebook Book => (Codebook)Model.Applied.AdaptorOn(Weight)!;

        public IEnumerable<double> Radii => Book.Entries.Select(entry => entry.Radius);

        public IReadOnlyList<CodebookStep> Steps(CodebookRule rule, params (float X, float Y, int Label)[] events)
        {
            foreach (var (number, (x, y, label)) in events.Index())
                Apply($"edit {number}", Event(rule, [x, y], [label]));
            return Book.Steps;
        }

        public void Apply(string id, CodebookEffect effect) => Model.Applied.Apply(id, [effect]);

        public CodebookEffect Event(CodebookRule rule, float[] place, int[] label, Expansion expansion = Expansion.Coverage) =>
            Made(place, label, new CodebookRules { Eps = 1, Rule = rule, Expansion = expansion });

        public CodebookEffect Drawn(Random random, CodebookRule rule, Expansion expansion, KeyDistance distance)
        {
            float Number() => random.Next(4) == 0 ? random.Next(-2, 3) : (random.NextSingle() * 6) - 3;
            var rules = new CodebookRules
            {
                Eps = distance == KeyDistance.Cosine ? 0.1 : 1,
                Rule = rule,
                Expansion = expansion,
                Distance = distance,
                Replacement = (Replacement)random.Next(3),
            };
            return Made([Number(), Number(), 1], [random.Next(3)], rules);
        }

        private CodebookEffect Made(float[] place, int[] label, CodebookRules rules)
        {
            using var scope = NewDisposeScope();
            var key = cat([tensor(place), zeros(64 - place.Length)]);
            var effect = new CodebookEffect(Weight, key, full(16, Effects.Count + 1f), label, rules);
            Effects.Add(effect);
            return effect;
        }

        public void AssertIsReplayOf(IReadOnlyList<CodebookEffect> events)
        {
            using var fresh = TinyModels.Gpt2(seed: 3);
            foreach (var (number, effect) in events.Index())
                fresh.Applied.Apply($"{number}", [effect]);
            Assert.Equal(events.Count > 0, Model.Applied.HasAdaptors);
            if (events.Count == 0)
                return;
            var replayed = (Codebook)fresh.Applied.AdaptorOn(Weight)!;
            TensorAssert.Equal("keys", replayed.Keys, Book.Keys);
            TensorAssert.Equal("values", replayed.Values, Book.Values);
            Assert.Equal(replayed.Entries.Select(Text), Book.Entries.Select(Text));
            Assert.Equal(replayed.Steps.Select(step => step.Kind), Book.Steps.Select(step => step.Kind));
            var batch = TokenBatch.Pad([[5, 9, 3, 12], [7, 1, 30]], padding: 0, CPU);
            TensorAssert.Equal("logits", fresh.NextLogits(batch), Model.NextLogits(batch));
        }

        private static string Text(CodebookEntry entry) =>
            $"{entry.Radius:R} {string.Join(',', entry.Label)} {entry.Replacement} {string.Join(',', entry.Events)}";

        /// <summary>No input is within the radii of entries of two labels, and each entry fires at its own key.</summary>
        public void AssertApart(KeyDistance distance)
        {
            var slack = distance == KeyDistance.Cosine ? 1e-6 : 1e-5;
            foreach (var (place, entry) in Book.Entries.Index())
            {
                Assert.True(entry.Radius > 0);
                Assert.All(
                    Book.Entries.Zip(Book.DistancesFrom(place)).Where(other => !other.First.Label.SequenceEqual(entry.Label)),
                    other => Assert.True(entry.Radius + other.First.Radius <= other.Second + slack, $"{entry.Radius} + {other.First.Radius} > {other.Second}"));
            }
        }

        public void Dispose()
        {
            Model.Dispose();
            Effects.ForEach(effect => effect.Dispose());
        }
    }
}
