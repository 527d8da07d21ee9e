using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>
/// A compiled template of the part of Jinja that chat templates use: <c>if</c>, <c>for</c>, <c>set</c>, <c>macro</c>, <c>break</c>,
/// <c>continue</c>, expressions, filters, tests, <c>namespace</c>, <c>range</c>, <c>raise_exception</c> and <c>strftime_now</c>. What
/// it does not
/// know is refused when it is read.
/// </summary>
internal sealed class JinjaTemplate
{
    private readonly JinjaStatement _body;
    private readonly TimeProvider _time;

    private JinjaTemplate(JinjaStatement body, TimeProvider time)
    {
        _body = body;
        _time = time;
    }

    /// <summary>Compiles a template.</summary>
    /// <exception cref="FormatException">It uses what is not supported.</exception>
    public static JinjaTemplate Parse(string template, TimeProvider time) =>
        new(new JinjaStatementParser(JinjaSegmenter.Cut(template)).Parse(), time);

    /// <summary>The text of the template with the variables' values.</summary>
    /// <exception cref="Tensors.AmendException">The template itself refuses them.</exception>
    /// <exception cref="FormatException">A value is not of the kind that the template needs.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        var scope = new JinjaScope(null);
        foreach (var (name, function) in JinjaGlobals.All(_time))
            scope.Set(name, function);
        foreach (var (name, value) in variables)
            scope.Set(name, value);
        var output = new StringBuilder();
        _body(new JinjaScope(scope), output);
        return output.ToString();
    }
}
