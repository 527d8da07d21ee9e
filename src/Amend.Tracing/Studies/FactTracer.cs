using Amend.Models;
using Amend.Tensors;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;

namespace Amend.Tracing.Studies;

/// <summary>
/// Traces the facts of a study, each by itself, so that they can be traced on different machines: a fact that the model does not answer
/// rightly, or whose prompt does not hold its subject once, is passed over.
/// </summary>
public sealed class FactTracer
{
    private readonly CausalTracer _tracer;

    /// <summary>Creates a tracer for facts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="noise">The noise of all facts.</param>
    /// <param name="options">What is traced and how.</param>
    /// <exception cref="AmendException">An option is out of range.</exception>
    public FactTracer(LanguageModel model, NoiseLevel noise, TraceOptions options)
    {
        _tracer = new CausalTracer(model, noise, options);
        Description = StudyDescription.Of(model, noise, options);
    }

    /// <summary>What makes its traces comparable.</summary>
    public StudyDescription Description { get; }

    /// <summary>The record of a fact: its trace, or why it was passed over.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="stop">Ends the trace.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public TraceRecord Trace(StudyFact fact, CancellationToken stop = default)
    {
        try
        {
            return new TraceRecord(TraceJson.Format, fact.Id, fact.Fact, _tracer.Trace(fact.Fact, stop), null);
        }
        catch (AmendException cause)
        {
            return new TraceRecord(TraceJson.Format, fact.Id, fact.Fact, null, cause.Message);
        }
    }
}
