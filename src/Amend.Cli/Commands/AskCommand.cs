using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Cli.Commands;

/// <summary><c>amend ask</c>: completion and the likeliest next tokens.</summary>
internal sealed class AskCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Argument<string> _prompt = new("PROMPT") { Description = "The text to continue." };
    private readonly Option<int> _tokens = new("--tokens") { Description = "Most new tokens.", DefaultValueFactory = _ => 20 };
    private readonly Option<int> _top = new("--top") { Description = "How many next tokens to list.", DefaultValueFactory = _ => 5 };
    private readonly Option<string?> _at = new("--at") { Description = "Ask the model right after this edit, or 'base' for the model without edits." };
    private readonly Option<int?> _topK = new("--top-k") { Description = "Sample among this many likeliest tokens; greedy by default." };
    private readonly Option<double?> _topP = new("--top-p") { Description = "Sample among the likeliest tokens that reach this probability." };
    private readonly Option<double> _temperature = new("--temperature") { Description = "Divides the logits when sampling.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _seed = new("--seed") { Description = "The sampling's seed." };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("ask", "Ask a model, with its edits: completion and the likeliest next tokens.")
        {
            _model, _prompt, _tokens, _top, _at, _topK, _topP, _temperature, _seed,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var options = new GenerationOptions
        {
            MaxNewTokens = parsed.GetValue(_tokens),
            TopK = parsed.GetValue(_topK),
            TopP = parsed.GetValue(_topP),
            Temperature = parsed.GetValue(_temperature),
            Seed = parsed.GetValue(_seed),
        }.Validated();
        using var opened = ModelArgument.Open(parsed, parsed.GetValue(_model)!, parsed.GetValue(_at));
        var prompt = parsed.GetValue(_prompt)!;
        var top = NextTokens.Top(opened.Model, prompt, Math.Max(1, parsed.GetValue(_top)));
        var completion = opened.Model.Complete(prompt, options);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new { Model = opened.Model.Name, opened.Edits, Prompt = prompt, Completion = completion, Top = top });
        else
            Print(prompt, completion, top, opened.Edits.Count);
        return ExitCode.Done;
    }

    private static void Print(string prompt, string completion, IReadOnlyList<TokenProbability> top, int edits)
    {
        Terminal.Line(prompt + completion);
        var table = Terminal.Table("next token", "probability");
        foreach (var token in top)
            table.Row($"\"{token.Text}\"", Terminal.Percent(token.Probability));
        Terminal.Console.Write(table);
        Terminal.Line(edits == 0 ? "The model has no edits." : $"The model has {edits} {(edits == 1 ? "edit" : "edits")} applied; --at base asks it without.");
    }
}
