using System.Diagnostics;
using System.Diagnostics.Metrics;
using Amend.Server.Serving;

namespace Amend.Server.Observing;

/// <summary>
/// What a server measures of itself, by the names of OpenTelemetry's conventions for generative AI. Without a listener a measurement costs
/// next to nothing.
/// </summary>
public sealed class ServerMeter : IDisposable
{
    /// <summary>The name of meter and activities.</summary>
    public const string Name = "Amend.Server";

    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _activities = new(Name);
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _perToken;
    private readonly Histogram<long> _tokens;

    /// <summary>Creates the instruments.</summary>
    /// <param name="models">The models, whose waiting requests and growing texts are told.</param>
    public ServerMeter(ServedModels models)
    {
        _duration = _meter.CreateHistogram<double>("gen_ai.server.request.duration", "s", "Time of a request.");
        _firstToken = _meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "Time until a text's first token.");
        _perToken = _meter.CreateHistogram<double>("gen_ai.server.time_per_output_token", "s", "Time of each token after the first.");
        _tokens = _meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens read and said.");
        _meter.CreateObservableGauge("amend.requests.waiting", () => Each(models, model => model.Waiting), "{request}");
        _meter.CreateObservableGauge("amend.texts.generating", () => Each(models, model => model.Generating), "{text}");
    }

    /// <summary>Begins to measure a request.</summary>
    /// <param name="operation">What is asked, such as <c>chat</c>.</param>
    /// <param name="model">The model's name.</param>
    public Measured Begin(string operation, string model) => new(this, operation, model);

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }

    private static IEnumerable<Measurement<int>> Each(ServedModels models, Func<ServedModel, int> value) =>
        models.All.Select(model =>
            new Measurement<int>(value(model), new KeyValuePair<string, object?>("gen_ai.request.model", model.Name)));

    /// <summary>A request that is measured until it is disposed.</summary>
    public sealed class Measured : IDisposable
    {
        private readonly ServerMeter _meter;
        private readonly TagList _tags;
        private readonly Activity? _activity;
        private readonly long _began = Stopwatch.GetTimestamp();

        internal Measured(ServerMeter meter, string operation, string model)
        {
            _meter = meter;
            _tags = new TagList
            {
                { "gen_ai.operation.name", operation },
                { "gen_ai.provider.name", "amend" },
                { "gen_ai.request.model", model },
            };
            _activity = meter._activities.StartActivity($"{operation} {model}", ActivityKind.Server);
            foreach (var tag in _tags)
                _activity?.SetTag(tag.Key, tag.Value);
        }

        /// <summary>Notes a text that is whole.</summary>
        public void End(Completion completion)
        {
            _activity?.SetTag("gen_ai.response.model", completion.State.Fingerprint);
            _activity?.SetTag("gen_ai.usage.input_tokens", completion.PromptTokens);
            _activity?.SetTag("gen_ai.usage.output_tokens", completion.NewTokens);
            Count(completion.PromptTokens, "input");
            Count(completion.NewTokens, "output");
            if (completion.UntilFirstToken is not { } first)
                return;
            _meter._firstToken.Record(first.TotalSeconds, _tags);
            if (completion.NewTokens > 1)
            {
                var others = Stopwatch.GetElapsedTime(_began) - first;
                _meter._perToken.Record(others.TotalSeconds / (completion.NewTokens - 1), _tags);
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _meter._duration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, _tags);
            _activity?.Dispose();
        }

        private void Count(int tokens, string kind)
        {
            var tags = _tags;
            tags.Add("gen_ai.token.type", kind);
            _meter._tokens.Record(tokens, tags);
        }
    }
}
