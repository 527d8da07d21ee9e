using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Editing;
using Amend.Editing.Codebooks;
using Amend.Editing.Sessions;
using Amend.Editing.TokenCodebooks;
using Amend.Evaluation.Datasets;
using Amend.Reports.Codebooks;
using Amend.Reports.Tracing;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary>The options of <c>amend show</c> that draw the codebook of an edit.</summary>
internal sealed class CodebookDrawing
{
    private readonly Option<DirectoryInfo?> _out = new("--out")
    {
        Description = "A folder for a picture of the edit's codebook (grace, subject-codebook, neuraldb): keys, radii, which prompts fire.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _prompts = new("--prompts")
    {
        Description = "Cases whose prompts are drawn beside those of the codebook's edits: a suite, or FORMAT:PATH.",
        HelpName = "SUITE",
    };

    private readonly Option<int> _cases = new("--cases")
    {
        Description = "Most cases.",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_out);
        command.Options.Add(_prompts);
        command.Options.Add(_cases);
    }

    /// <summary>Draws where a folder is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model.</param>
    /// <param name="edit">The edit.</param>
    /// <returns>What fires, and where the picture is, in a sentence; null where no folder is given.</returns>
    /// <exception cref="AmendException">The edit is in no codebook in force, or a prompt is none of the model's.</exception>
    public string? Draw(ParseResult parsed, string model, EditDetails edit)
    {
        var folder = parsed.GetValue(_out)?.FullName;
        if (folder is null)
        {
            return parsed.GetValue(_prompts) is not { } given ? null : throw new UsageException(
                $"--prompts {given} was given without --out; name the folder for the picture.");
        }

        if (parsed.GetValue(_cases) is < 1 and var cases)
            throw new UsageException($"--cases {cases} was asked; draw the prompts of at least 1 case.");
        string[] weights = [.. edit.Entries.Select(entry => entry.Weight), .. edit.Subjects.Select(entry => entry.Weight)];
        if (edit.State != EditState.Applied || weights.Length == 0)
        {
            throw new AmendException(
                $"--out draws codebooks, and edit {edit.Id} ({edit.Record.Editor}) is in none that is in force; "
                + "give an applied edit of grace, subject-codebook or neuraldb.");
        }

        TraceFolder.CheckWritable(folder);
        using var session = ModelArgument.Open(parsed, model);
        var prompts = Requests(parsed, session, weights[0]).SelectMany(Prompts).DistinctBy(prompt => prompt.Text);
        var map = CodebookMap.Of(session, weights[0], [.. prompts]);
        CodebookFolder.Write(folder, map);
        var ofEdit = map.Entries.Where(key => key.Edit == edit.Id).Select(key => (int?)key.Number);
        int?[] own = [.. edit.Entries.Select(entry => entry.Number), .. ofEdit];
        var fired = map.Prompts.Where(prompt => prompt.Fires).ToLookup(prompt => own.Contains(prompt.Nearest));
        return $"{fired.Sum(group => group.Count())} of {map.Prompts.Count} prompts fire, {fired[true].Count()} of them this edit's entry; "
            + $"picture, page and JSON are in {folder}";
    }

    private IEnumerable<EditRequest> Requests(ParseResult parsed, EditSession session, string weight)
    {
        var applied = session.Model.Applied;
        var ids = applied.EffectsOf<CodebookEffect>(weight).Select(one => one.Edit)
            .Concat(applied.EffectsOf<TokenCodebookEffect>(weight).Select(one => one.Edit)).Distinct();
        foreach (var id in ids)
        {
            using var own = session.Store.Load(id);
            foreach (var request in own.Record.Requests)
                yield return request;
        }

        if (parsed.GetValue(_prompts) is not { } suite)
            yield break;
        var cases = EmbeddedSuites.Locator.Find(suite).Read(new DatasetOptions()).Where(one => one.Asked.Count > 0);
        foreach (var request in cases.Take(parsed.GetValue(_cases)).SelectMany(one => one.ToEditRequests()))
            yield return request;
    }

    private static IEnumerable<PromptToMap> Prompts(EditRequest request) =>
        request.Prompts.Select(prompt => new PromptToMap(prompt.Text, request.TargetNew, prompt.Kind));
}
