namespace Amend.Atlas.Training;

/// <summary>One row of a training batch.</summary>
/// <param name="Ids">Token ids, T + 1: inputs and, shifted by one, targets.</param>
/// <param name="SubjectEnds">For a token of a subject the index of that subject's last token, else -1; T + 1.</param>
/// <param name="IsObject">Whether a token is an object's; T + 1.</param>
/// <param name="Local">Whether the locality mask applies to the row.</param>
internal sealed record TrainingRow(int[] Ids, int[] SubjectEnds, bool[] IsObject, bool Local);
