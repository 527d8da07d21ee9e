using Amend.Server.Api;
using Amend.Server.Serving;

namespace Amend.Server.Agents;

/// <summary>The tools that look at models.</summary>
internal static class LookingTools
{
    private const string State =
        "The state that is asked: an edit's id or its first digits, for the model right after it; base, for the model without edits; "
        + "left out, the model as it is now.";

    private static readonly Dictionary<string, string> NoTexts = [];

    private static readonly Dictionary<string, string> Asking = new()
    {
        ["prompt"] = "The text to continue, or the question; for a base model the beginning of the sentence that the fact ends.",
        ["at"] = State,
        ["tokens"] = "Most new tokens, 1 to 256; 20 by default.",
        ["top"] = "How many of the likeliest next tokens are listed with their probabilities, 1 to 100; 5 by default.",
        ["temperature"] = "Divides the logits where top_p is given; 1 by default.",
        ["top_p"] = "Samples among the likeliest tokens that together have this probability; left out, the likeliest token is taken.",
        ["seed"] = "The sampling's seed; 0 by default.",
        ["chat"] = "Whether the prompt is asked as a user's message through the model's chat template; no by default.",
        ["system"] = "With chat: what the system says before.",
    };

    private static readonly Dictionary<string, string> Tracing = new()
    {
        ["prompt"] = "A text that the model completes with the fact, with the subject in it, such as 'The Eiffel Tower is in'.",
        ["subject"] = "The subject, as it stands in the prompt.",
        ["answer"] = "The object whose probability is watched; what the model answers where left out.",
        ["at"] = State,
        ["kinds"] = "What is restored: state, mlp, attn and others; state, mlp and attn where left out.",
        ["samples"] = "Corrupted copies of the prompt, up to 1000; fewer are faster.",
        ["seed"] = "The noise's seed.",
    };

    /// <summary>The tools.</summary>
    public static IEnumerable<AgentTool> For(ServedModels models)
    {
        var model = AgentTools.ModelArgument(models);
        yield return AgentTool.Of<NoArguments>(
            "models",
            ToolEffect.None,
            "The models that are served, with the state of each: the ids of its edits, and a fingerprint that is equal for equal states.",
            new(NoTexts),
            async (call, _) => await call.Desk.ModelsAsync(call.Stop).ConfigureAwait(false));
        yield return AgentTool.Of<AskBody>(
            "ask",
            ToolEffect.None,
            "Asks a model: how it continues a prompt, and its likeliest next tokens with their probabilities. "
                + "With 'at' it answers as of an earlier edit or without any, so that states can be compared.",
            new(Asking, model),
            async (call, body) =>
                (await call.Desk.AskAsync(AgentTools.ModelOf(call, models), body, call.Stop).ConfigureAwait(false)).Answer);
        yield return AgentTool.Of<TraceBody>(
            "trace",
            ToolEffect.None,
            "Finds where a model recalls a fact, by causal tracing: the probability of the answer when one layer at one token is restored "
                + "in a run whose subject is corrupted. Takes seconds to minutes.",
            new(Tracing, model),
            (call, body) => call.FinishAsync(call.Desk.Trace(AgentTools.ModelOf(call, models), body, call.Who)));
        yield return AgentTool.Of<NoArguments>(
            "list",
            ToolEffect.None,
            "The edits of a model, oldest first: what each changed, and whether it is applied, reverted or superseded.",
            new(NoTexts, model),
            async (call, _) => (await call.Desk.ListAsync(AgentTools.ModelOf(call, models), call.Stop).ConfigureAwait(false)).Answer);
        yield return AgentTool.Of<EditNamed>(
            "show",
            ToolEffect.None,
            "Everything about one edit: its request, editor, settings, seed, losses and measured effect.",
            new(new Dictionary<string, string> { ["id"] = "The edit's id or its first digits." }, model),
            async (call, named) =>
                await call.Desk.ShowAsync(AgentTools.ModelOf(call, models), named.Id, call.Stop).ConfigureAwait(false));
    }

    /// <summary>No arguments of its own.</summary>
    private sealed record NoArguments;

    /// <summary>An edit.</summary>
    private sealed record EditNamed(string Id);
}
