using Amend.Models;
using Amend.Tracing.Results;
using Amend.Tracing.Studies;

namespace Amend.Cluster.Orders;

/// <summary>What a worker is told of a tracing study, each fact of which is a part.</summary>
/// <param name="Model">The model.</param>
/// <param name="Study">What is traced and how, the noise of all facts with it.</param>
/// <param name="BatchTokens">Tokens computed at once.</param>
public sealed record SharedStudy(ModelReference Model, StudyDescription Study, int BatchTokens) : PartsOrder(Model)
{
    /// <summary>What a fact's part begins from.</summary>
    internal static byte[] Given(StudyFact fact) => TraceJson.ToBytes(fact);

    /// <summary>What a fact's part gave.</summary>
    internal static TraceRecord Read(IReadOnlyList<byte[]> files) => TraceJson.FromBytes<TraceRecord>(files[0]);

    /// <inheritdoc/>
    internal override IPartMaker MakerFor(LanguageModel model) =>
        new Maker(new FactTracer(model, Study.Noise, Study.ToOptions(BatchTokens)));

    private sealed class Maker(FactTracer tracer) : IPartMaker
    {
        public IEnumerable<byte[]> Make(byte[] given, CancellationToken stop) =>
            [TraceJson.ToBytes(tracer.Trace(TraceJson.FromBytes<StudyFact>(given), stop))];
    }
}
