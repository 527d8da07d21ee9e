using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Sessions;
using Amend.Models.Generation;

namespace Amend.Cli.Commands;

/// <summary>
/// <c>amend ask</c>: completion and the likeliest next tokens, an answer, labels, or the words of masks: what the model can say.
/// </summary>
internal sealed class AskCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();

    private readonly Argument<string> _prompt = new("PROMPT")
    {
        Description = "The text to continue, answer or classify, or whose masks to fill.",
    };

    private readonly ChatOptions _chat = new("Ask through the model's own chat template, as one question of a user.");

    private readonly Option<int> _tokens = new("--tokens")
    {
        Description = "Most new tokens.",
        HelpName = "N",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<int> _top = new("--top")
    {
        Description = "How many tokens to list for a place.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<string?> _at = new("--at")
    {
        Description = "Ask the model as it was right after this edit, or without edits: base.",
        HelpName = "ID",
    };

    private readonly Option<int?> _topK = new("--top-k")
    {
        Description = "Sample among this many likeliest tokens; greedy by default.",
        HelpName = "N",
    };

    private readonly Option<double?> _topP = new("--top-p")
    {
        Description = "Sample among the likeliest tokens that together have this probability.",
        HelpName = "P",
    };

    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "Divides the logits when sampling.",
        HelpName = "T",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The sampling's seed.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command(
            "ask", "Ask a model, with its edits: completion and next tokens, or the labels, answer or masked words of other kinds.")
        {
            _model, _prompt, _tokens, _top, _at, _topK, _topP, _temperature, _seed,
        };
        _chat.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var options = UsageException.In(() => Options(parsed));
        var (prompt, at, count) = (parsed.GetValue(_prompt)!, parsed.GetValue(_at), parsed.GetValue(_top));
        if (count < 1)
            throw new UsageException($"--top {count} was asked; list at least 1 token.");
        _chat.Check(parsed);
        using var session = ModelArgument.Open(parsed, parsed.GetValue(_model)!, new SessionOptions { At = at });
        var answer = session.Ask(prompt, new AskOptions { Top = count, Generation = options, Chat = _chat.Open(parsed, session.Model) });
        if (parsed.GetValue(GlobalOptions.Json))
        {
            Json.Print(answer);
        }
        else
        {
            AnswerView.Print(answer);
            Terminal.Line(EditsAsked(session, at));
        }

        return ExitCode.Done;
    }

    private GenerationOptions Options(ParseResult parsed) => new GenerationOptions
    {
        MaxNewTokens = parsed.GetValue(_tokens),
        TopK = parsed.GetValue(_topK),
        TopP = parsed.GetValue(_topP),
        Temperature = parsed.GetValue(_temperature),
        Seed = parsed.GetValue(_seed),
    }.Validated();

    private static string EditsAsked(EditSession session, string? at)
    {
        var (asked, now) = (Terminal.Count(session.Edits.Count, "edit"), Terminal.Count(session.Store.Applied.Count, "edit"));
        return at is not null ? $"Asked with {asked}; the model has {now} applied now."
            : session.Edits.Count == 0 ? "The model has no edits applied."
            : $"The model has {asked} applied; --at base asks it without.";
    }
}
