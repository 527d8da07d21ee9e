using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Cli.CommandLine;
using Amend.Editing;
using Amend.Evaluation.Datasets;
using Amend.Models.Subjects;

namespace Amend.Cli.Commands;

/// <summary>The options that say what is edited: one fact by its parts, or the facts of a data set.</summary>
internal sealed class EditRequests
{
    private const string DataSet = "--requests";
    private readonly Option<string?> _prompt = new("--prompt")
    {
        Description = "The fact as text that its object follows, with {} for the subject, such as \"{} is in\".",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _subject = new("--subject")
    {
        Description = "The subject; editors such as ft need none, and then the prompt is whole.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _targetNew = new("--target-new")
    {
        Description = "The object that the model should give.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _targetTrue = new("--target-true")
    {
        Description = "The object that it gives now; kn needs it, and the record keeps it.",
        HelpName = "TEXT",
    };

    private readonly Option<string[]> _paraphrase = new("--paraphrase")
    {
        Description = "A prompt that should follow; may be repeated.",
        HelpName = "TEXT",
    };

    private readonly Option<string[]> _neighbor = new("--neighbor")
    {
        Description = "A prompt that should keep its answer; may be repeated.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _requests = new(DataSet)
    {
        Description = "In place of one fact, those of a data set: a suite's name, or FORMAT:PATH as amend eval reads it.",
        HelpName = "SUITE",
    };

    private readonly Option<int?> _cases = new("--cases") { Description = $"With {DataSet}: most cases.", HelpName = "N" };
    private readonly Option<int> _offset = new("--offset") { Description = $"With {DataSet}: cases to pass over first.", HelpName = "N" };

    private Option[] OfOne => [_prompt, _subject, _targetNew, _targetTrue, _paraphrase, _neighbor];

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[.. OfOne, _requests, _cases, _offset])
            command.Options.Add(option);
    }

    /// <summary>Whether the facts of a data set were asked, however many they are.</summary>
    public bool AreOfDataSet(ParseResult parsed) => parsed.GetValue(_requests) is not null;

    /// <summary>The requests.</summary>
    /// <exception cref="UsageException">Neither one fact nor a data set was given, or parts of both.</exception>
    /// <exception cref="Amend.Tensors.AmendException">The data set cannot be read, or a case of it is no edit.</exception>
    public IReadOnlyList<EditRequest> Read(ParseResult parsed)
    {
        if (parsed.GetValue(_requests) is not { } suite)
            return [One(parsed)];
        if (Given(parsed, OfOne) is [var part, ..])
            throw new UsageException($"{DataSet} and {part} were given; give one fact by its parts, or a data set.");
        var (offset, cases) = (parsed.GetValue(_offset), parsed.GetValue(_cases));
        if (offset < 0 || cases < 1)
            throw new UsageException(
                $"--offset {offset} and --cases {cases?.ToString() ?? "(all)"} were asked; "
                + "give an offset of at least 0 and a number of at least 1.");
        var read = EmbeddedSuites.Locator.Find(suite).Read(new DatasetOptions());
        return [.. read.Skip(offset).Take(cases ?? int.MaxValue).SelectMany(one => one.ToEditRequests())];
    }

    private EditRequest One(ParseResult parsed)
    {
        if (Given(parsed, _cases, _offset) is [var part, ..])
            throw new UsageException($"{part} was given without {DataSet}; give the data set too, or leave it out.");
        var isMarked = parsed.GetValue(_prompt)?.Contains(SubjectPrompt.Mark, StringComparison.Ordinal) ?? false;
        Option[] needed = isMarked ? [_prompt, _subject, _targetNew] : [_prompt, _targetNew];
        if (needed.Select(option => option.Name).Except(Given(parsed, needed)).ToArray() is { Length: > 0 } missing)
            throw new UsageException($"amend edit needs {string.Join(" and ", missing)} (or {DataSet} for the facts of a data set).");
        var request = EditRequest.From(parsed.GetValue(_prompt)!, parsed.GetValue(_subject), parsed.GetValue(_targetNew)!);
        return WorldKnowledge.Complete(AtlasWorld.LoadEmbedded(), request with
        {
            TargetTrue = parsed.GetValue(_targetTrue),
            Paraphrases = parsed.GetValue(_paraphrase) ?? [],
            Neighbors = parsed.GetValue(_neighbor) ?? [],
        });
    }

    private static string[] Given(ParseResult parsed, params Option[] options) =>
        [.. options.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
}
