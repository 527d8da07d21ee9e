using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Commands.Cluster;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Cluster.Orders;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Reports.Tracing;
using Amend.Tracing;
using Amend.Tracing.Studies;

namespace Amend.Cli.Commands;

/// <summary><c>amend trace</c>: where a model recalls a fact, or the facts of a file on average.</summary>
internal sealed class TraceCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string?> _prompt = new("--prompt")
    {
        Description = "A text that the model completes with the fact, subject in place.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _subject = new("--subject")
    {
        Description = "The subject, as it stands in the prompt.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _answer = new("--answer")
    {
        Description = "The object; what the model answers by default.",
        HelpName = "TEXT",
    };

    private readonly FactsOption _facts = new();
    private readonly Option<DirectoryInfo?> _out = new("--out")
    {
        Description = "A folder for JSON, pictures and a page; facts go on where a stopped trace ended.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _suggest = new("--suggest-layer")
    {
        Description = "Say which layer to edit, and keep it for amend edit --layer auto.",
    };

    private readonly Option<bool> _edited = new("--edited")
    {
        Description = "Trace the model with the edits that are in force; without them by default.",
    };

    private readonly LayerSweepOptions _sweep = new();
    private readonly TraceSettings _settings = new();
    private readonly RunningOptions _cluster = new();

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("trace", "Find where a model recalls a fact: causal tracing.")
        {
            _model, _prompt, _subject, _answer, _edited,
        };
        _facts.AddTo(command);
        command.Options.Add(_out);
        command.Options.Add(_suggest);
        _settings.AddTo(command);
        _sweep.AddTo(command);
        _cluster.AddTo(command);
        // On another thread: Ctrl-C is listened to only once the action has returned its task.
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var runner = _cluster.Runner(parsed);
        if (_sweep.IsAsked(parsed))
            return Sweep(parsed, runner, stop);
        CheckWhatIsAsked(parsed);
        if (runner is not null && (_facts.Name(parsed) is null || parsed.GetValue(_edited)))
            throw new UsageException(
                $"amend trace was given a cluster and {(parsed.GetValue(_edited) ? _edited.Name : "one prompt")}; workers trace the facts "
                + "of a file on the model as loaded, so give --facts alone.");
        var settings = _settings.Read(parsed);
        using var session = parsed.GetValue(_edited) ? ModelArgument.Open(parsed, parsed.GetValue(_model)!) : null;
        using var loaded = session is null ? ModelArgument.Load(parsed, parsed.GetValue(_model)!) : null;
        var model = session?.Model ?? loaded!;
        model.RequireDecoder("trace");
        return _facts.Name(parsed) is null ? TraceOne(parsed, model, settings, stop) : TraceMany(parsed, model, settings, runner, stop);
    }

    private int Sweep(ParseResult parsed, ClusterRunner? runner, CancellationToken stop) =>
        (parsed.GetValue(_prompt) ?? parsed.GetValue(_subject) ?? _facts.Name(parsed) ?? (parsed.GetValue(_edited) ? _edited.Name : null))
            is { } other
            ? throw new UsageException(
                $"amend trace was given --sweep and '{other}'; a sweep edits the cases of its suite, so give --sweep alone.")
            : _sweep.Run(parsed, parsed.GetValue(_model)!, _facts.Cases(parsed), runner, stop);

    private void CheckWhatIsAsked(ParseResult parsed)
    {
        var (prompt, subject, facts) = (parsed.GetValue(_prompt), parsed.GetValue(_subject), _facts.Name(parsed));
        if ((prompt is null) == (facts is null) || (prompt is null) != (subject is null))
        {
            throw new UsageException(
                $"amend trace was given {Given(prompt, "--prompt")}, {Given(subject, "--subject")} and {Given(facts, "--facts")}; "
                + "give --prompt with --subject, or --facts.");
        }

        if (facts is null && parsed.GetValue(_suggest))
            throw new UsageException(
                $"--suggest-layer was asked of one fact, '{prompt}'; a layer is suggested from averages, so give --facts.");
        if (parsed.GetValue(_suggest) && parsed.GetValue(_edited))
            throw new UsageException(
                "--suggest-layer was asked with --edited; the layer is kept for edits of the model as loaded, so leave --edited out.");
        if (_facts.Cases(parsed) is < 1 and var cases)
            throw new UsageException($"--cases {cases} was asked; trace at least 1 fact.");
    }

    private int TraceOne(ParseResult parsed, LanguageModel model, TraceSettings.Values settings, CancellationToken stop)
    {
        var fact = new TraceFact(parsed.GetValue(_prompt)!, parsed.GetValue(_subject)!, parsed.GetValue(_answer));
        var folder = parsed.GetValue(_out)?.FullName;
        fact.FindSubject();
        TraceFolder.CheckWritable(folder);
        var trace = new CausalTracer(model, settings.Noise.LevelFor(model, [fact.Subject]), settings.OptionsFor(model)).Trace(fact, stop);
        if (folder is not null)
            TraceFolder.Write(folder, trace);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new TraceDocument { Trace = trace });
        else
            TraceView.Print(trace, folder);
        return ExitCode.Done;
    }

    private int TraceMany(
        ParseResult parsed, LanguageModel model, TraceSettings.Values settings, ClusterRunner? runner, CancellationToken stop)
    {
        var options = settings.OptionsFor(model);
        var suggests = parsed.GetValue(_suggest);
        if (suggests && !options.Kinds.Contains(TraceKind.Mlp))
            throw new UsageException(
                $"--suggest-layer was asked with the kinds {string.Join(",", options.Kinds)}; it reads {TraceKind.Mlp}, "
                + "so add it to --kind.");
        var (home, all) = (AmendEnvironment.Of(parsed).Home, _facts.Read(parsed));
        var folder = parsed.GetValue(_out)?.FullName
            ?? Path.Combine(
                home.Traces(model.BaseHash),
                Path.GetFileNameWithoutExtension(_facts.Name(parsed)!) + (parsed.GetValue(_edited) ? ".edited" : ""));
        // The noise is that of all facts of the file, so that it does not depend on how many are traced.
        var noise = settings.Noise.LevelFor(model, all.Select(fact => fact.Fact.Subject));
        var (facts, traces) = (StudyFact.Spread(all, _facts.Cases(parsed)), new TraceStudy(model, noise, options, folder));
        runner?.Trace(
            traces,
            facts,
            new SubmittedModel(model, ModelArgument.PathOf(parsed, _model), GlobalOptions.LoadOptions(parsed).DType, _facts.Name(parsed)!),
            reference => new SharedStudy(reference, traces.Description, options.BatchTokens),
            stop);
        var study = traces.Run(facts, new StudyLines(), stop);
        var summary = TraceFolder.Write(folder, study);
        var kept = suggests && study.Finished && summary.Suggest() is var suggestion
            ? LayerChoice.Keep(home.Layers, model, suggestion.Layer, suggestion.Explain())
            : null;
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(new TraceDocument { Study = summary });
        else
            TraceView.Print(summary, folder, kept);
        if (!study.Finished)
            Messages.Progress("stopped; the same command goes on from here");
        return study.Finished ? ExitCode.Done : ExitCode.Cancelled;
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
