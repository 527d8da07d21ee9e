using System.Runtime.CompilerServices;
using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>A macro of a template: a body with parameters.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">The parameters, each with what it is where no value is given; undefined when null.</param>
/// <param name="Body">What it writes.</param>
/// <param name="TakesMore">Whether the body reads <c>varargs</c>, the values beyond the parameters.</param>
/// <param name="TakesNamed">Whether the body reads <c>kwargs</c>, the values of other names.</param>
internal sealed record JinjaMacro(
    string Name, IReadOnlyList<(string Name, JinjaExpression? Otherwise)> Parameters, JinjaStatement Body, bool TakesMore, bool TakesNamed)
{
    /// <summary>The text that the macro writes.</summary>
    /// <param name="scope">The names around the macro.</param>
    /// <param name="arguments">The values in order.</param>
    /// <param name="named">The values by name.</param>
    /// <exception cref="FormatException">There are more values than the macro takes.</exception>
    public string Call(JinjaScope scope, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var inner = new JinjaScope(scope);
        foreach (var (place, parameter) in Parameters.Index())
            inner.Set(parameter.Name, arguments.At(place, named, parameter.Name, parameter.Otherwise?.Invoke(scope) ?? Undefined.Value));
        var others = named.Where(value => !Parameters.Any(parameter => parameter.Name == value.Key))
            .ToDictionary(value => value.Key, value => value.Value);
        if (arguments.Count > Parameters.Count && !TakesMore)
            throw new FormatException($"the macro '{Name}' takes {Parameters.Count} values and is given {arguments.Count}");
        if (others.Count > 0 && !TakesNamed)
            throw new FormatException($"the macro '{Name}' has no parameter '{others.Keys.First()}'");
        if (TakesMore)
            inner.Set("varargs", new JinjaTuple(arguments.Skip(Parameters.Count)));
        if (TakesNamed)
            inner.Set("kwargs", others);
        var text = new StringBuilder();
        Body(inner, text);
        return text.ToString();
    }
}
