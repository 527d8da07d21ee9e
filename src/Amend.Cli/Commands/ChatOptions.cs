using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Models;
using Amend.Models.Chat;

namespace Amend.Cli.Commands;

/// <summary>The options that ask a model through its own chat template.</summary>
internal sealed class ChatOptions
{
    private readonly Option<bool> _chat;

    private readonly Option<string?> _system = new("--system")
    {
        Description = "With --chat: what the system says before the question; what the template says by default.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _template = new("--chat-template")
    {
        Description = "With --chat: which of the model's templates, where it has several; the one called default by default.",
        HelpName = "NAME",
    };

    /// <summary>Creates the options.</summary>
    /// <param name="description">What <c>--chat</c> does for the verb.</param>
    public ChatOptions(string description) => _chat = new Option<bool>("--chat") { Description = description };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_chat);
        command.Options.Add(_system);
        command.Options.Add(_template);
    }

    /// <summary>
    /// Refuses a system message or a template that nothing would use,
    /// and a chat where there is none, before the model is loaded.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="mayAsk">Whether there is one prompt to ask.</param>
    /// <exception cref="UsageException">
    /// <c>--system</c> or <c>--chat-template</c> stands without <c>--chat</c>, or <c>--chat</c> with many prompts.
    /// </exception>
    public void Check(ParseResult parsed, bool mayAsk = true)
    {
        if (!mayAsk && parsed.GetValue(_chat))
        {
            throw new UsageException(
                "--chat was given with the facts of a data set; it asks the prompt of one, so edit one or leave it out.");
        }

        if (parsed.GetValue(_system) is { } system && !parsed.GetValue(_chat))
        {
            throw new UsageException(
                $"--system \"{system}\" was given without --chat; only a chat template has a place for it, so add --chat.");
        }

        if (parsed.GetValue(_template) is { } template && !parsed.GetValue(_chat))
            throw new UsageException($"--chat-template {template} was given without --chat, so no template is used; add --chat.");
    }

    /// <summary>The model behind its template; null where that is not asked.</summary>
    /// <exception cref="Tensors.AmendException">The model has no template that can be used.</exception>
    public ChatModel? Open(ParseResult parsed, LanguageModel model) =>
        parsed.GetValue(_chat) ? ChatModel.Of(model, parsed.GetValue(_system), parsed.GetValue(_template)) : null;
}
