using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Stores;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Models;
using Amend.Models.Subjects;
using Amend.Tensors;
using Amend.Tracing;
using Amend.Reports.Tracing;
using Amend.Tracing.Results;
using Amend.Tracing.Studies;

namespace Amend.Cli.Commands;

/// <summary><c>amend trace</c>: where a model recalls a fact, or the facts of a file on average.</summary>
internal sealed class TraceCommand : ICliCommand
{
    private const int HashDigits = 16;
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string?> _prompt = new("--prompt") { Description = "A text that the model completes with the fact, subject in place.", HelpName = "TEXT" };
    private readonly Option<string?> _subject = new("--subject") { Description = "The subject, as it stands in the prompt.", HelpName = "TEXT" };
    private readonly Option<string?> _answer = new("--answer") { Description = "The object; what the model answers by default.", HelpName = "TEXT" };
    private readonly Option<string?> _facts = new("--facts") { Description = "Facts to trace: a file in known_1000's form, a suite such as atlas-known, or FORMAT:PATH.", HelpName = "FILE" };
    private readonly Option<int> _cases = new("--cases") { Description = "Most facts, spread evenly over the file; all by default.", HelpName = "N", DefaultValueFactory = _ => int.MaxValue };
    private readonly Option<DirectoryInfo?> _out = new("--out") { Description = "A folder for JSON, pictures and a page; facts go on where a stopped trace ended.", HelpName = "DIR" };
    private readonly Option<bool> _suggest = new("--suggest-layer") { Description = "Say which layer to edit, and keep it for amend edit --layer auto." };
    private readonly LayerSweepOptions _sweep = new();
    private readonly TraceSettings _settings = new();

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("trace", "Find where a model recalls a fact: causal tracing of the model without its edits.")
        {
            _model, _prompt, _subject, _answer, _facts, _cases, _out, _suggest,
        };
        _settings.AddTo(command);
        _sweep.AddTo(command);
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var (prompt, subject, facts) = (parsed.GetValue(_prompt), parsed.GetValue(_subject), parsed.GetValue(_facts));
        if (_sweep.IsAsked(parsed))
            return (prompt ?? subject ?? facts) is { } other
                ? throw new UsageException($"amend trace was given --sweep and '{other}'; a sweep edits the cases of its suite, so give --sweep alone.")
                : _sweep.Run(parsed, parsed.GetValue(_model)!, parsed.GetValue(_cases), stop);
        if ((prompt is null) == (facts is null) || (prompt is null) != (subject is null))
            throw new UsageException($"amend trace was given {Given(prompt, "--prompt")}, {Given(subject, "--subject")} and {Given(facts, "--facts")}; give --prompt with --subject, or --facts.");
        if (facts is null && parsed.GetValue(_suggest))
            throw new UsageException($"--suggest-layer was asked of one fact, '{prompt}'; a layer is suggested from averages, so give --facts.");
        if (parsed.GetValue(_cases) is < 1 and var cases)
            throw new UsageException($"--cases {cases} was asked; trace at least 1 fact.");
        var settings = _settings.Read(parsed);
        using var model = LanguageModel.Load(AmendEnvironment.Of(parsed).Models.Find(parsed.GetValue(_model)!), GlobalOptions.LoadOptions(parsed));
        model.RequireDecoder("trace");
        var options = settings.OptionsFor(model);
        return facts is null
            ? TraceOne(parsed, model, new TraceFact(prompt!, subject!, parsed.GetValue(_answer)), settings, options, stop)
            : TraceMany(parsed, model, facts, settings, options, stop);
    }

    private int TraceOne(ParseResult parsed, LanguageModel model, TraceFact fact, TraceSettings.Values settings, TraceOptions options, CancellationToken stop)
    {
        var folder = parsed.GetValue(_out)?.FullName;
        fact.FindSubject();
        TraceFolder.CheckWritable(folder);
        var trace = new CausalTracer(model, settings.Noise.LevelFor(model, [fact.Subject]), options).Trace(fact, stop);
        if (folder is not null)
            TraceFolder.Write(folder, trace);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(trace);
        else
            TraceView.Print(trace, folder);
        return ExitCode.Done;
    }

    private int TraceMany(ParseResult parsed, LanguageModel model, string facts, TraceSettings.Values settings, TraceOptions options, CancellationToken stop)
    {
        if (parsed.GetValue(_suggest) && !options.Kinds.Contains(TraceKind.Mlp))
            throw new UsageException($"--suggest-layer was asked with the kinds {string.Join(",", options.Kinds)}; it reads {TraceKind.Mlp}, so add it to --kind.");
        var all = Read(facts);
        var folder = parsed.GetValue(_out)?.FullName ?? Path.Combine(AmendHome.Default.Folder, "traces", model.BaseHash[..HashDigits], Path.GetFileNameWithoutExtension(facts));
        // The noise is that of all facts of the file, so that it does not depend on how many are traced.
        var noise = settings.Noise.LevelFor(model, all.Select(fact => fact.Fact.Subject));
        var study = new TraceStudy(model, noise, options, folder).Run(Spread(all, parsed.GetValue(_cases)), new StudyLines(), stop);
        var averages = TraceFolder.Write(folder, study);
        var suggestion = parsed.GetValue(_suggest) && study.Finished ? LayerSuggestion.Of(averages ?? AverageEffects.Of([])) : null;
        var kept = suggestion is null ? null : LayerChoice.Keep(EditorOptions.ChoicesFolder, model, suggestion.Layer, suggestion.Explain());
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new StudySummary(TraceJson.Format, study.Description, study.Finished, study.Traces.Count, study.Skipped, averages, suggestion));
        else
            TraceView.Print(study, averages, suggestion, folder, kept);
        if (!study.Finished)
            Messages.Progress("stopped; the same command goes on from here");
        return study.Finished ? ExitCode.Done : ExitCode.Cancelled;
    }

    private static List<StudyFact> Read(string facts)
    {
        var source = new DatasetLocator(Path.Combine(AppContext.BaseDirectory, "suites")).Find(File.Exists(facts) ? $"known:{facts}" : facts);
        List<StudyFact> read =
        [
            .. from one in source.Read(new DatasetOptions())
               where one.Requests.Count > 0 && one.Requests[0].Subject is not null
               select new StudyFact(one.Id, FactOf(one.Requests[0])),
        ];
        return read.Count > 0 ? read : throw new AmendException($"'{source.Path}' has no fact with a subject; give facts in known_1000's form.");
    }

    /// <summary>The fact of a request; its prompt is whole, unless the subject's place would not be found in it.</summary>
    private static TraceFact FactOf(CaseRequest request) => new(
        SubjectPrompt.IsIn(request.Text, request.Subject!) ? request.Text : request.Prompt,
        request.Subject!,
        request.TargetTrue);

    /// <summary>Files are often sorted by relation, so the first facts of one are not like all of them.</summary>
    private static List<StudyFact> Spread(List<StudyFact> facts, int most)
    {
        var count = Math.Min(most, facts.Count);
        return [.. Enumerable.Range(0, count).Select(at => facts[(int)((long)at * facts.Count / count)])];
    }

    private static string Given(string? value, string option) => value is null ? $"no {option}" : $"{option} '{value}'";

    private sealed class StudyLines : IProgress<StudyProgress>
    {
        private const int Every = 20;

        public void Report(StudyProgress value)
        {
            if (value.Done % Every == 0 || value.Done == value.Total)
                Messages.Progress($"{value.Done} of {value.Total} facts, {value.Skipped} passed over");
        }
    }
}
