namespace Amend.Editing.Editors.Knowledge;

/// <summary>Answers as KnowledgeEditor compares them: letters, digits and underscores, in lower case.</summary>
internal static class AnswerForm
{
    /// <summary>The answer without spaces and marks, in lower case (<c>normalize</c> in nicola-decao/KnowledgeEditor).</summary>
    public static string Of(string answer) =>
        string.Concat(answer.Where(c => char.IsLetterOrDigit(c) || c == '_')).ToLowerInvariant();
}
