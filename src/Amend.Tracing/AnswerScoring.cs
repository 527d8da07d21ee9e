namespace Amend.Tracing;

/// <summary>How the probability of an answer of several tokens is read.</summary>
public enum AnswerScoring
{
    /// <summary>The probability of all its tokens, teacher-forced: exp of their summed log-probabilities.</summary>
    Whole,

    /// <summary>The probability of its first token, as <c>causal_trace.py</c> of kmeng01/rome reads it.</summary>
    FirstToken,
}
