using Amend.Editing.Checks;

namespace Amend.Evaluation.Cases;

/// <summary>Facts of data sets as a probe.</summary>
public static class ProbeFacts
{
    /// <summary>The facts of cases: their requests with the object that holds before any edit; others are left out.</summary>
    public static IReadOnlyList<ProbeFact> Of(IEnumerable<EditCase> cases) =>
    [
        .. from read in cases
           from request in read.Requests
           where request.TargetTrue is not null
           select new ProbeFact(request.Text, request.TargetTrue!),
    ];
}
