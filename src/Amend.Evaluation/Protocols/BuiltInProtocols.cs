using Amend.Tensors;

namespace Amend.Evaluation.Protocols;

/// <summary>The protocols that this build knows, one line each.</summary>
public static class BuiltInProtocols
{
    /// <summary>Cases that are asked together at the end; a run that was killed goes on after the last that it holds.</summary>
    private const int EndChunk = 16;

    /// <summary>All of them, and those that a host added.</summary>
    public static Registry<Protocol> All { get; } = new("protocol", protocol => protocol.Name,
    [
        new(
            "single",
            "Each case is edited alone on the base model, measured, and taken back (Meng et al. 2022, section 3.4).",
            TakenBack) { OnlyBatchSize = 1, TakesBatchesBack = true },
        new(
            "batch",
            "Cases are edited together on the base model, measured after their batch, and taken back.",
            TakenBack) { DefaultBatchSize = 10, TakesBatchesBack = true },
        new("sequential", "Edits stay: each case is measured at its own time and again after all edits.", Kept),
        new(
            "stream",
            "Cases come one after another and are edited where the model is wrong; edits stay (Hartvigsen et al. 2023, section 3).",
            Corrected) { OnlyBatchSize = 1, IsStream = true },
    ]);

    /// <summary>The protocol of a name.</summary>
    /// <exception cref="AmendException">No protocol has the name.</exception>
    public static Protocol Find(string name) => All.Find(name);

    private static IEnumerable<ProtocolStep> TakenBack(int cases, int batchSize)
    {
        foreach (var batch in Batches(cases, batchSize))
        {
            yield return new EditStep(batch);
            yield return new MeasureStep(batch, OwnMoment(batchSize));
            yield return new RevertStep();
        }
    }

    private static IEnumerable<ProtocolStep> Kept(int cases, int batchSize)
    {
        foreach (var batch in Batches(cases, batchSize))
        {
            yield return new EditStep(batch);
            yield return new MeasureStep(batch, OwnMoment(batchSize));
        }

        foreach (var chunk in Batches(cases, EndChunk))
            yield return new MeasureStep(chunk, Moment.End);
        yield return new RevertStep();
    }

    private static IEnumerable<ProtocolStep> Corrected(int cases, int batchSize)
    {
        for (var place = 0; place < cases; place++)
        {
            yield return new CorrectStep(place);
            yield return new RetentionStep(AtEnd: false);
        }

        yield return new RetentionStep(AtEnd: true);
        yield return new RevertStep();
    }

    private static IEnumerable<int[]> Batches(int cases, int size) => Enumerable.Range(0, cases).Chunk(size);

    private static Moment OwnMoment(int batchSize) => batchSize == 1 ? Moment.OwnEdit : Moment.OwnBatch;
}
