namespace Amend.Evaluation.Protocols;

/// <summary>When a case is measured; figures of different moments must not be compared.</summary>
public enum Moment
{
    /// <summary>Right after its own edit.</summary>
    OwnEdit,

    /// <summary>Right after the batch that its edit is part of.</summary>
    OwnBatch,

    /// <summary>After all edits of the run.</summary>
    End,
}
