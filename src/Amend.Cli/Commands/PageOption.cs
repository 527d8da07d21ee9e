using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Reports.Pages;

namespace Amend.Cli.Commands;

/// <summary>The option <c>--out FILE</c> of verbs that write what they print as a page, too.</summary>
/// <param name="description">What is in the page.</param>
internal sealed class PageOption(string description)
{
    private readonly Option<FileInfo?> _out = new("--out") { Description = description, HelpName = "FILE.html" };

    /// <summary>Adds it to a verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_out);

    /// <summary>Tries the place before the work, so that one that cannot be written costs no time.</summary>
    /// <exception cref="Amend.Tensors.AmendException">It cannot be written.</exception>
    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_out) is { } file)
            PageFile.CheckWritable(file.FullName);
    }

    /// <summary>Writes the page where a place was given, and says so.</summary>
    /// <exception cref="Amend.Tensors.AmendException">It cannot be written.</exception>
    public void Write(ParseResult parsed, Func<HtmlPage> page)
    {
        if (parsed.GetValue(_out) is not { } file)
            return;
        PageFile.Write(file.FullName, page());
        Messages.Progress($"the page is {file.FullName}");
    }
}
