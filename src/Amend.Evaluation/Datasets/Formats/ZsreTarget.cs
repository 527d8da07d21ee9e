namespace Amend.Evaluation.Datasets.Formats;

/// <summary>What an edit of zsRE teaches.</summary>
internal enum ZsreTarget
{
    /// <summary>The right answer, <c>answers[0]</c>, as in ROME's and MEMIT's tables.</summary>
    Answer,

    /// <summary>The alternative, <c>alt</c>, as in MEND and EasyEdit.</summary>
    Alternative,
}
