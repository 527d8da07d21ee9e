using System.Text.Json.Nodes;
using Amend.Editing.Editors;
using Amend.Server.Api;
using Amend.Server.Problems;
using Amend.Server.Serving;

namespace Amend.Server.Agents;

/// <summary>The tools that change models, or try what a change would do.</summary>
internal static class EditingTools
{
    private static readonly Dictionary<string, string> Facts = new()
    {
        ["facts"] = "The facts to change, at least one; leave it out where 'suite' is given.",
        ["facts.prompt"] = "The fact as a text that its object follows, with {} for the subject, such as '{} is in'.",
        ["facts.subject"] = "The subject, such as 'The Eiffel Tower'.",
        ["facts.target_new"] = "The object that the model is to give, such as 'Rome'.",
        ["facts.target_true"] = "The object that the model gives now, to compare with.",
        ["facts.paraphrases"] = "Other prompts with the subject in place that should follow, to check.",
        ["facts.neighbors"] = "Prompts about other subjects that should keep their answers, to check.",
        ["suite"] = "In place of facts, a data set by its name, such as atlas-counterfact.",
        ["offset"] = "With suite: cases to pass over first.",
        ["cases"] = "With suite: most cases.",
        ["editor"] = $"The method; rome by default. One of {string.Join(", ", BuiltInEditors.All.Select(editor => editor.Name))}.",
        ["layer"] = "The layer to edit; the preset's for the model where left out. The tool 'trace' tells where a fact is recalled.",
        ["settings"] = "Settings of the editor by their names, as texts.",
        ["seed"] = "The seed of everything sampled; 0 by default.",
        ["replace"] = "Whether applied edits of the same subject and prompt are taken back in the same step; no by default.",
        ["anyway"] = "Whether it is edited also where the model gives the target already; no by default.",
        ["in_turn"] = "Whether an editor that makes one edit at a time makes those of several facts in turn; no by default.",
    };

    private static readonly Dictionary<string, string> Checks = new()
    {
        ["edits"] = "Which edits: all, ids divided by commas, or @ID for those up to one; all by default.",
        ["gate"] = "What must hold, as the text of a gate in YAML, such as 'plain: { prompts: 1 }'; nothing where left out.",
    };

    /// <summary>The tools.</summary>
    public static IEnumerable<AgentTool> For(ServedModels models)
    {
        var model = AgentTools.ModelArgument(models);
        return [Preview(models, model), Commit(models, model), Edit(models, model), Check(models, model), Revert(models, model)];
    }

    private static AgentTool Preview(ServedModels models, Dictionary<string, JsonNode> model) => AgentTool.Of<EditBody>(
        "preview",
        ToolEffect.Tries,
        "Makes edits, tries them and takes them back: whether each fact would be given, what becomes of paraphrases and neighbours, and "
            + "whether the guard would refuse. Nothing is kept; 'commit' keeps exactly these edits by the preview's id.",
        new(Facts, model),
        (call, body) => call.FinishAsync(call.Desk.Preview(AgentTools.ModelOf(call, models), body, call.Who)));

    private static AgentTool Commit(ServedModels models, Dictionary<string, JsonNode> model) => AgentTool.Of<PreviewNamed>(
        "commit",
        ToolEffect.Changes,
        "Keeps the edits of a preview, as long as the model is in the state on top of which they were made. 'revert' takes them back.",
        new(new Dictionary<string, string> { ["preview"] = "The preview's id." }, model),
        async (call, named) => (await call.Desk.CommitAsync(
            AgentTools.ModelOf(call, models), named.Preview, call.Who, call.Stop).ConfigureAwait(false)).Answer);

    private static AgentTool Edit(ServedModels models, Dictionary<string, JsonNode> model) => AgentTool.Of<EditBody>(
        "edit",
        ToolEffect.Changes,
        "Changes facts of a model and keeps the edits at once; 'preview' and 'commit' do the same with a look between. "
            + "Everybody who asks the model gets the new answers. 'revert' takes edits back bit for bit.",
        new(Facts, model),
        (call, body) => call.FinishAsync(call.Desk.Edit(AgentTools.ModelOf(call, models), body, call.Who)));

    private static AgentTool Check(ServedModels models, Dictionary<string, JsonNode> model) => AgentTool.Of<CheckBody>(
        "check",
        ToolEffect.Tries,
        "Asks a model what its edits are about, without them and with them: the edited prompts, paraphrases, neighbours, and a fixed text. "
            + "With 'gate' it judges whether what was asked holds. Loads the model once more and changes nothing.",
        new(Checks, model),
        (call, body) => call.FinishAsync(call.Desk.Check(AgentTools.ModelOf(call, models), body, call.Who)));

    private static AgentTool Revert(ServedModels models, Dictionary<string, JsonNode> model) => AgentTool.Of<EditsNamed>(
        "revert",
        ToolEffect.Changes,
        "Takes edits back, so that the weights are bit for bit those without them. Their files stay, and 'ask' still answers as of them.",
        new(
            new Dictionary<string, string>
            {
                ["ids"] = "The edits' ids or their first digits.",
                ["all"] = "In place of ids: true takes all edits back.",
            },
            model),
        async (call, named) => (await call.Desk.RevertAsync(
            AgentTools.ModelOf(call, models), named.IdsOrAll(), call.Who, call.Stop).ConfigureAwait(false)).Answer);

    /// <summary>A preview.</summary>
    private sealed record PreviewNamed(string Preview);

    /// <summary>Edits, or all of them.</summary>
    private sealed record EditsNamed
    {
        /// <summary>Ids or their first digits.</summary>
        public IReadOnlyList<string> Ids { get; init; } = [];

        /// <summary>In their place, all.</summary>
        public bool All { get; init; }

        /// <summary>The ids; null for all.</summary>
        public IReadOnlyList<string>? IdsOrAll() => Ids.Count > 0 != All
            ? All ? null : Ids
            : throw new RefusedException(Refusal.BadRequest(
                $"{Ids.Count} ids and {(All ? "all" : "not all")} were given to take back; give ids, or all as true."));
    }
}
