using System.Runtime.CompilerServices;
using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>Compiles the stretches of a template to statements.</summary>
internal sealed class JinjaStatementParser
{
    private static readonly Dictionary<string, Func<JinjaStatementParser, JinjaTokens, JinjaStatement>> Tags = new(StringComparer.Ordinal)
    {
        ["if"] = (parser, tokens) => parser.If(tokens),
        ["for"] = (parser, tokens) => parser.For(tokens),
        ["set"] = (parser, tokens) => parser.Set(tokens),
        ["macro"] = (parser, tokens) => parser.Macro(tokens),
        ["generation"] = (parser, _) => parser.Block("endgeneration").Body, // Marks the answers for training; writes nothing itself.
        ["break"] = (_, _) => (_, _) => Flow.Break,
        ["continue"] = (_, _) => (_, _) => Flow.Continue,
    };

    private readonly IReadOnlyList<Segment> _segments;
    private int _at;

    /// <summary>Creates a parser over the stretches of a template.</summary>
    public JinjaStatementParser(IReadOnlyList<Segment> segments) => _segments = segments;

    /// <summary>The whole template.</summary>
    /// <exception cref="FormatException">It uses what is not supported.</exception>
    public JinjaStatement Parse() => Block().Body;

    /// <summary>The statements up to one of some tags, that tag, and its tokens; up to the end where none is named.</summary>
    private (JinjaStatement Body, string End, JinjaTokens Tokens) Block(params string[] ends)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var statements = new List<JinjaStatement>();
        for (; _at < _segments.Count; _at++)
        {
            var segment = _segments[_at];
            if (segment.Kind == SegmentKind.Text)
            {
                statements.Add((_, output) => Write(output, segment.Text));
                continue;
            }

            var tokens = new JinjaTokens(segment.Text);
            if (segment.Kind == SegmentKind.Output)
            {
                statements.Add(Output(tokens));
                continue;
            }

            var name = tokens.Name();
            if (ends.Contains(name))
            {
                _at++;
                return (Run(statements), name, tokens);
            }

            _at++;
            statements.Add(Tags.TryGetValue(name, out var read)
                ? read(this, tokens)
                : throw new FormatException($"the tag '{name}' is not supported here; known are {string.Join(", ", Tags.Keys)}"));
            _at--;
        }

        return ends.Length == 0 ? (Run(statements), "", new JinjaTokens("")) : throw new FormatException($"'{ends[^1]}' is missing");
    }

    private static JinjaStatement Output(JinjaTokens tokens)
    {
        var value = new JinjaExpressionParser(tokens).Parse();
        tokens.ExpectEnd();
        return (scope, output) => Write(output, JinjaValues.Text(value(scope)));
    }

    private static Flow Write(StringBuilder output, string text)
    {
        output.Append(text);
        return Flow.Next;
    }

    private static JinjaStatement Run(List<JinjaStatement> statements) => (scope, output) =>
    {
        foreach (var statement in statements)
        {
            var flow = statement(scope, output);
            if (flow != Flow.Next)
                return flow;
        }

        return Flow.Next;
    };

    private JinjaStatement If(JinjaTokens tokens)
    {
        var condition = new JinjaExpressionParser(tokens).Parse();
        tokens.ExpectEnd();
        var (then, end, following) = Block("elif", "else", "endif");
        JinjaStatement otherwise = end switch
        {
            "elif" => If(following),
            "else" => Block("endif").Body,
            _ => (_, _) => Flow.Next,
        };
        return (scope, output) => JinjaValues.IsTrue(condition(scope)) ? then(scope, output) : otherwise(scope, output);
    }

    private JinjaStatement For(JinjaTokens tokens)
    {
        var names = Names(tokens);
        tokens.Expect("in");
        var expressions = new JinjaExpressionParser(tokens);
        var items = expressions.Either();
        var condition = tokens.TryTake("if") ? expressions.Parse() : null;
        tokens.ExpectEnd();
        var (body, end, _) = Block("else", "endfor");
        JinjaStatement otherwise = end == "else" ? Block("endfor").Body : (_, _) => Flow.Next;
        return new JinjaLoop(names, items, condition, body, otherwise).Run;
    }

    private JinjaStatement Set(JinjaTokens tokens)
    {
        var names = Names(tokens);
        var member = tokens.TryTake(".") ? tokens.Name() : null;
        if (tokens.TryTake("="))
        {
            var value = new JinjaExpressionParser(tokens).Parse();
            tokens.ExpectEnd();
            return (scope, _) => Assign(scope, names, member, value(scope));
        }

        tokens.ExpectEnd();
        var body = Block("endset").Body;
        return (scope, _) =>
        {
            var text = new StringBuilder();
            body(new JinjaScope(scope), text);
            return Assign(scope, names, member, text.ToString());
        };
    }

    private static Flow Assign(JinjaScope scope, List<string> names, string? member, object? value)
    {
        if (member is null)
            JinjaLoop.Bind(scope, names, value);
        else if (scope.Get(names[0]) is Dictionary<string, object?> target)
            target[member] = value;
        else
            throw new FormatException($"'{names[0]}' is {JinjaValues.Kind(scope.Get(names[0]))}, which has no '{member}' to set");
        return Flow.Next;
    }

    private JinjaStatement Macro(JinjaTokens tokens)
    {
        var name = tokens.Name();
        tokens.Expect("(");
        var parameters = new List<(string Name, JinjaExpression? Otherwise)>();
        while (!tokens.TryTake(")"))
        {
            var parameter = tokens.Name();
            parameters.Add((parameter, tokens.TryTake("=") ? new JinjaExpressionParser(tokens).Parse() : null));
            if (!tokens.Is(")"))
                tokens.Expect(",");
        }

        tokens.ExpectEnd();
        var start = _at;
        var body = Block("endmacro").Body;
        var read = _segments.Take(_at).Skip(start).Where(segment => segment.Kind != SegmentKind.Text)
            .Select(segment => new JinjaTokens(segment.Text)).ToList();
        var macro = new JinjaMacro(name, parameters, body, read.Exists(part => part.Has("varargs")),
            read.Exists(part => part.Has("kwargs")));
        return (scope, _) =>
        {
            scope.Set(name, (JinjaFunction)((arguments, named) => macro.Call(scope, arguments, named)));
            return Flow.Next;
        };
    }

    private static List<string> Names(JinjaTokens tokens)
    {
        var isTuple = tokens.TryTake("(");
        var names = new List<string> { tokens.Name() };
        while (tokens.TryTake(","))
            names.Add(tokens.Name());
        if (isTuple)
            tokens.Expect(")");
        return names;
    }
}
