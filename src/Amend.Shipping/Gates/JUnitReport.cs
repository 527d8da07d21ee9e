using System.Globalization;
using System.Xml.Linq;
using Amend.Editing;

namespace Amend.Shipping.Gates;

/// <summary>
/// A check in the XML that build servers read: a suite with a case for each criterion of the gate, and one for each edit with a case for
/// each question and form. Where a gate judges, a question that does not hold is skipped and not failed: its criterion decides.
/// </summary>
public static class JUnitReport
{
    /// <summary>Writes it.</summary>
    /// <param name="report">The check.</param>
    /// <param name="gate">What the gate says; null where none judges.</param>
    /// <returns>The whole document.</returns>
    public static string Write(CheckReport report, GateReport? gate)
    {
        List<XElement> suites = [];
        if (gate is not null)
            suites.Add(Suite($"gate {gate.Gate}", gate.Verdicts.Select(Case)));
        suites.AddRange(report.Questions.GroupBy(question => question.Edit).Select(edit => Suite(
            $"edit {edit.Key}",
            edit.SelectMany(question => question.Holds.Keys.Select(form => Case(question, form, gate is not null))))));
        suites.AddRange(report.NotAsked.Select(
            id => Suite($"edit {id}", [Skipped(NewCase(id, "questions"), "nothing is asked for this edit")])));
        var root = new XElement("testsuites", new XAttribute("name", $"amend check {Text(report.Model)}"), Counts(suites), suites);
        return $"{new XDeclaration("1.0", "utf-8", null)}\n{root}\n";
    }

    private static XElement Case(GateVerdict verdict)
    {
        var written = NewCase("gate", verdict.Criterion);
        if (!verdict.Holds)
            written.Add(new XElement("failure", new XAttribute("message", verdict.Reason), verdict.Meaning));
        return written;
    }

    private static XElement Case(CheckedQuestion question, CheckForm form, bool isJudged)
    {
        var name = $"{CheckMeasures.NameOf(form)} {question.Kind.ToString().ToLowerInvariant()}: {question.Prompt}";
        var written = NewCase(question.Edit, name);
        if (question.Holds[form])
            return written;
        var (before, after) = form == CheckForm.Chat
            ? (question.ChatBefore, question.ChatAfter)
            : (question.AnswerBefore, question.AnswerAfter);
        var message = question.Kind == AskedKind.Neighbor
            ? $"was '{before}', is '{after}'"
            : string.Create(CultureInfo.InvariantCulture, $"wanted '{question.Target}', is '{after}', P {question.ProbabilityAfter:F4}");
        if (isJudged)
            return Skipped(written, message);
        written.Add(new XElement("failure", new XAttribute("message", Text(message))));
        return written;
    }

    private static XElement Skipped(XElement written, string message)
    {
        written.Add(new XElement("skipped", new XAttribute("message", Text(message))));
        return written;
    }

    private static XElement NewCase(string group, string name) =>
        new("testcase", new XAttribute("classname", Text(group)), new XAttribute("name", Text(name)));

    private static XElement Suite(string name, IEnumerable<XElement> cases)
    {
        var suite = new XElement("testsuite", new XAttribute("name", Text(name)), cases);
        suite.Add(Counts([suite]));
        return suite;
    }

    private static XAttribute[] Counts(IReadOnlyList<XElement> suites)
    {
        return [Count("tests", "testcase"), Count("failures", "failure"), Count("skipped", "skipped")];

        XAttribute Count(string attribute, string element) => new(attribute, suites.Sum(suite => suite.Descendants(element).Count()));
    }

    /// <summary>A text without what XML cannot hold, such as control characters that a model wrote.</summary>
    private static string Text(string text) => string.Concat(text.EnumerateRunes().Select(
        rune => rune.Value is '\t' or '\n' or '\r' or (>= 0x20 and not 0xFFFE and not 0xFFFF) ? rune.ToString() : "\uFFFD"));
}
