using Amend.Atlas.Facts;

namespace Amend.Atlas.Questions;

/// <summary>
/// The ways to ask for a relation's object: its questions without their marks, these behind a request, and its statements with "what" in
/// the object's place.
/// </summary>
public static class QuestionForms
{
    private static readonly (string Before, string Behind)[] Marks = [("Q: ", " A:"), ("Question: ", " Answer:")];
    private const string Article = " the";
    private static readonly string[] Requests = ["Please answer: ", "I have a question. ", "Do you know? "];

    /// <summary>The forms of a relation, each once, in the order of its file; <c>{}</c> is the subject's place.</summary>
    public static IReadOnlyList<string> Of(Relation relation)
    {
        string[] questions = [.. relation.Phrasings.Skip(relation.Statements.Count).Select(Plain)];
        return
        [
            .. questions
                .Concat(questions.SelectMany(question => Requests.Select(request => request + question)))
                .Concat(relation.Statements.Select(statement => $"{WithoutArticle(statement)} what?"))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>A question of a subject.</summary>
    public static string Ask(string form, string subject) => form.Replace("{}", subject, StringComparison.Ordinal);

    private static string Plain(string question)
    {
        foreach (var (before, behind) in Marks)
        {
            var end = question.LastIndexOf(behind, StringComparison.Ordinal);
            if (question.StartsWith(before, StringComparison.Ordinal) && end > 0)
                return question[before.Length..end];
        }

        return question;
    }

    /// <summary>The statement without the article that stands before its object.</summary>
    private static string WithoutArticle(string statement) =>
        statement.EndsWith(Article, StringComparison.Ordinal) ? statement[..^Article.Length] : statement;
}
