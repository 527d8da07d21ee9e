using Amend.Editing.Demonstrations;
using Amend.Editing.Editors.Ike;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Demonstrations;

/// <summary>Which edits stand in front of a prompt, in which order and form, on a tiny model that reads its own prompts.</summary>
[NoTensorLeaks]
public sealed class DemonstrationMemoryTests
{
    private const string Tower = "The Eiffel Tower is in";
    private const int Roomy = 1000;
    private static readonly EditRequest Rome = new("{} is in", "The Eiffel Tower", "Rome");
    private static readonly EditRequest Sword = new("{} was forged by", "The sword", "Elves")
    {
        Paraphrases = ["The smith of the sword was"],
        Neighbors = ["The shield was forged by"],
    };

    [Fact]
    public void A_prompt_about_an_edit_stands_behind_its_fact_and_another_stands_alone()
    {
        using var asked = new Asked(new IkeOptions { Layers = [0], Gate = 0.999 }, Rome);

        Assert.Equal("New Fact: The Eiffel Tower is in Rome\nPrompt: ", asked.Before(Tower));
        Assert.Equal("", asked.Before("So they came to a town called"));
        Assert.Equal($"New Fact: The Eiffel Tower is in Rome\nPrompt: {Tower}", asked.Model.WithPreamble(Tower));
    }

    [Fact]
    public void The_published_rule_gives_every_prompt_the_nearest_edit()
    {
        using var asked = new Asked(new IkeOptions { Layers = [0], K = 0, Rule = RetrievalRule.Published }, Rome, Sword);

        Assert.Equal("New Fact: The Eiffel Tower is in Rome\nPrompt: ", asked.Before(Tower));
        Assert.StartsWith("New Fact: ", asked.Before("So they came to a town called"), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_edits_demonstrate_before_the_fact_with_copy_updates_and_what_is_retained()
    {
        using var asked = new Asked(new IkeOptions { Layers = [0], Gate = 0.999, Shows = ShownKinds.All }, Sword, Rome);
        const string Fact = "New Fact: The sword was forged by Elves\n";

        var parts = asked.Before(Tower).Split("\n\n");

        Assert.Equal(4, parts.Length);
        Assert.Equal($"{Fact}Prompt: The sword was forged by Elves", parts[0]);
        Assert.Equal($"{Fact}Prompt: The smith of the sword was Elves", parts[1]);
        Assert.StartsWith($"{Fact}Prompt: The shield was forged by ", parts[2], StringComparison.Ordinal);
        Assert.Equal("New Fact: The Eiffel Tower is in Rome\nPrompt: ", parts[3]);
    }

    [Fact]
    public void What_an_edit_is_checked_with_is_shown_only_where_that_is_asked()
    {
        using var asked = new Asked(new IkeOptions { Layers = [0], Gate = 0.999 }, Sword, Rome);
        const string Fact = "The sword was forged by Elves";

        Assert.Equal(
            $"New Fact: {Fact}\nPrompt: {Fact}\n\nNew Fact: The Eiffel Tower is in Rome\nPrompt: ", asked.Before(Tower));
    }

    [Fact]
    public void Plain_sentences_are_the_form_for_models_that_follow_no_pattern()
    {
        using var asked = new Asked(new IkeOptions { Layers = [0], Gate = 0.999, Form = DemonstrationForm.Sentences }, Rome);

        Assert.Equal("The Eiffel Tower is in Rome. ", asked.Before(Tower));
    }

    [Fact]
    public void Where_there_is_no_room_demonstrations_go_first_and_then_the_facts()
    {
        using var asked = new Asked(new IkeOptions { Layers = [0], Gate = 0.999 }, Sword, Rome);
        var fact = asked.Model.Tokenize("New Fact: The Eiffel Tower is in Rome\nPrompt: ").Ids.Count;

        Assert.Equal("New Fact: The Eiffel Tower is in Rome\nPrompt: ", asked.Before(Tower, room: fact));
        Assert.Equal("", asked.Before(Tower, room: fact - 1));
    }

    [Fact]
    public void Of_edits_of_one_prompt_the_last_holds_until_it_is_taken_back()
    {
        using var asked = new Asked(new IkeOptions { Layers = [0], Gate = 0.999 }, Rome, Rome with { TargetNew = "Oslo" });

        Assert.Equal("New Fact: The Eiffel Tower is in Oslo\nPrompt: ", asked.Before(Tower));
        asked.Results[1].Revert();
        Assert.Equal("New Fact: The Eiffel Tower is in Rome\nPrompt: ", asked.Before(Tower));
    }

    [Fact]
    public void What_is_near_does_not_depend_on_edits_of_weights_that_are_in_force()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();
        var before = PromptStates.Read(model, Tower, layer: 1);
        using var noise = new Amend.Tensors.LinearAlgebra.DenseDelta(ones_like(model.Transformer.DownProjection(0).Value));

        model.Applied.Apply("noise", [new WeightEffect(model.Transformer.DownProjection(0).Name, noise)]);

        Assert.True(before.Equals(PromptStates.Read(model, Tower, layer: 1)));
    }

    [Fact]
    public void Edits_with_other_settings_are_refused_beside_each_other_in_one_sentence()
    {
        using var asked = new Asked(new IkeOptions { Layers = [0] }, Rome);

        var refusal = Assert.Throws<AmendException>(
            () => new IkeEditor(new IkeOptions { Layers = [1] }).Apply(asked.Model, [Sword], new EditContext { EvenIfAnswered = true }));

        Assert.StartsWith("A demonstration with layer 1, ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("take those edits back first, or use their settings.", refusal.Message, StringComparison.Ordinal);
        Assert.Single(asked.Model.Applied.Ids);
        Assert.Equal("New Fact: The Eiffel Tower is in Rome\nPrompt: ", asked.Before(Tower));
    }

    /// <summary>A tiny model with edits in force.</summary>
    private sealed class Asked : IDisposable
    {
        private readonly TinyModelFolder _folder = new();

        public Asked(IkeOptions options, params EditRequest[] requests)
        {
            Model = _folder.Load();
            Results = [.. requests.Select(
                request => new IkeEditor(options).Apply(Model, [request], new EditContext { EvenIfAnswered = true }))];
        }

        public LanguageModel Model { get; }

        public IReadOnlyList<EditResult> Results { get; }

        public string Before(string prompt, int room = Roomy) => Model.Transformer.Taps.Preamble!.Before(Model, prompt, room);

        public void Dispose()
        {
            foreach (var result in Results)
                result.Dispose();
            Model.Dispose();
            _folder.Dispose();
        }
    }
}
