using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>The <c>output</c> of a KILT record: objects, some of which give only provenance and no answer.</summary>
internal static class KiltOutput
{
    /// <summary>The answers, at least one.</summary>
    public static IReadOnlyList<string> Answers(RecordFields record)
    {
        List<string> answers = [.. record.Objects("output")
            .Where(output => output.Has("answer"))
            .Select(output => output.Target("answer")).Distinct()];
        return answers.Count > 0 ? answers : throw record.Wrong("output", "holds no answer where at least one belongs");
    }
}
