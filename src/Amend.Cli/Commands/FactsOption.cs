using System.CommandLine;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Models.Subjects;
using Amend.Tensors;
using Amend.Tracing;
using Amend.Tracing.Studies;

namespace Amend.Cli.Commands;

/// <summary>The options of <c>amend trace</c> that name the facts of a file.</summary>
internal sealed class FactsOption
{
    private readonly Option<string?> _facts = new("--facts")
    {
        Description = "Facts to trace: a file in known_1000's form, a suite such as atlas-known, or FORMAT:PATH.",
        HelpName = "FILE",
    };

    private readonly Option<int> _cases = new("--cases")
    {
        Description = "Most facts, spread evenly over the file; all by default.",
        HelpName = "N",
        DefaultValueFactory = _ => int.MaxValue,
    };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_facts);
        command.Options.Add(_cases);
    }

    /// <summary>The file, as it was given; null where there is none.</summary>
    public string? Name(ParseResult parsed) => parsed.GetValue(_facts);

    /// <summary>Most facts.</summary>
    public int Cases(ParseResult parsed) => parsed.GetValue(_cases);

    /// <summary>All facts of the file that have a subject.</summary>
    /// <exception cref="AmendException">The file cannot be read, or has no such fact.</exception>
    public IReadOnlyList<StudyFact> Read(ParseResult parsed)
    {
        var name = Name(parsed)!;
        var source = EmbeddedSuites.Locator.Find(File.Exists(name) ? $"known:{name}" : name);
        StudyFact[] read =
        [
            .. from one in source.Read(new DatasetOptions())
               where one.Requests.Count > 0 && one.Requests[0].Subject is not null
               select new StudyFact(one.Id, FactOf(one.Requests[0])),
        ];
        return read.Length > 0 ? read : throw new AmendException(
            $"'{source.Path}' has no fact with a subject; give facts in known_1000's form.");
    }

    /// <summary>The fact of a request; its prompt is whole, unless the subject's place would not be found in it.</summary>
    private static TraceFact FactOf(CaseRequest request) => new(
        SubjectPrompt.IsIn(request.Text, request.Subject!) ? request.Text : request.Prompt,
        request.Subject!,
        request.TargetTrue);
}
