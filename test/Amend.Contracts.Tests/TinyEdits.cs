using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Contracts.Tests;

/// <summary>Edits of tiny models by every registered editor, in a few steps each.</summary>
internal static class TinyEdits
{
    private const int Asked = 8;

    /// <summary>What an editor needs besides a layer; one that is not named is given nothing.</summary>
    private static readonly Dictionary<string, string> Needs = new()
    {
        ["rome"] = "v_num_grad_steps=2",
        ["ft"] = "num_steps=2",
        ["ft-l"] = "num_steps=2;norm_constraint=1e-2",
        ["locft-bf"] = "num_steps=2",
        ["ft-ewc"] = "num_steps=2",
        ["ft-retrain"] = "num_steps=2;retrain_frequency=2;retrain_passes=1",
        ["memit"] = "v_num_grad_steps=2;fact_token=last",
        ["emmet"] = "v_num_grad_steps=2;fact_token=last",
        ["alphaedit"] = "v_num_grad_steps=2;fact_token=last;nullspace_threshold=0.6",
        ["lora"] = "num_steps=2;rank=2",
        ["kn"] = "steps=4;p=0",
        ["ultraedit"] = "normalize_over=all;lr=1e-2",
        ["grace"] = "n_iter=2",
        ["subject-codebook"] = "v_num_grad_steps=2;fact_token=last;radius=0.05",
        ["neuraldb"] = "v_num_grad_steps=2;fact_token=last;gamma=0.99",
        ["defer"] = "n_iter=2;threshold=0.1",
        ["memory"] = "n_iter=2;keys=4",
        ["ike"] = "form=sentences;gate=0.5",
    };

    /// <summary>The names of all registered editors that edit.</summary>
    public static IEnumerable<string> Editors => BuiltInEditors.All.Where(editor => editor is not NoEdit).Select(editor => editor.Name);

    /// <summary>What editors are given; targets may be given already, since random models say anything.</summary>
    public static EditContext Context(string editor, EditingMeans means) => new()
    {
        Layer = EditingMeans.UsesNetwork(editor) ? null : 1,
        EvenIfAnswered = true,
        Statistics = means.Statistics,
        Networks = means.NetworksFor(editor),
        Templates = new ContextTemplates(["{}", "So. {}"]),
        Settings = Needs.GetValueOrDefault(editor, "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]),
    };

    /// <summary>One of many requests, each with a subject of its own.</summary>
    public static EditRequest Request(int number) => new("The cat is called {}", $"Felix {Letters(number)}", Letters(number + 7)) { TargetTrue = "m" };

    /// <summary>What a model is now: its weights, and where they are not all what it says to requests.</summary>
    public static string State(LanguageModel model)
    {
        if (!model.Applied.HasAdaptors && !model.Applied.HasPreamble)
            return model.Weights.Hash();
        var scores = new TargetScorer(model).Score([.. Enumerable.Range(0, Asked).Select(Request).Select(request => (request.FilledPrompt, request.TargetNew))]);
        return $"{model.Weights.Hash()} {string.Join(' ', scores.Select(score => score.LogProbability))}";
    }

    private static string Letters(int number) => $"{(char)('a' + (number / 26 % 26))}{(char)('a' + (number % 26))}";
}
