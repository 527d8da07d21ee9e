using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Amend.Conventions.Tests;

/// <summary>
/// Which folders of a project use which, read from its compiled types: bases, members, signatures, attributes and method bodies.
/// A folder is a namespace. What the compiler makes (closures, iterators) counts for the type that it was made for; constants are not seen.
/// </summary>
internal sealed class FolderGraph
{
    private readonly SortedDictionary<string, SortedSet<string>> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), SortedSet<string>> _reasons = [];
    private readonly AssemblyDefinition _assembly;

    private FolderGraph(AssemblyDefinition assembly) => _assembly = assembly;

    /// <summary>The folders.</summary>
    public IReadOnlyCollection<string> Folders => _uses.Keys;

    /// <summary>Reads the graph of an assembly.</summary>
    public static FolderGraph Read(string path)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(path);
        var graph = new FolderGraph(assembly);
        foreach (var type in assembly.MainModule.GetTypes().Where(type => Outermost(type).Namespace.Length > 0))
            graph.Add(type);
        return graph;
    }

    /// <summary>The folders that use each other in a circle, each circle once, the largest first (Tarjan's strongly connected components).</summary>
    public IReadOnlyList<IReadOnlyList<string>> Knots()
    {
        var (order, low, stack, knots) = (new Dictionary<string, int>(), new Dictionary<string, int>(), new Stack<string>(), new List<IReadOnlyList<string>>());
        foreach (var folder in _uses.Keys.Where(folder => !order.ContainsKey(folder)).ToList())
            Visit(folder);
        return [.. knots.OrderByDescending(knot => knot.Count)];

        void Visit(string folder)
        {
            order[folder] = low[folder] = order.Count;
            stack.Push(folder);
            foreach (var used in _uses[folder])
            {
                if (!order.ContainsKey(used))
                    Visit(used);
                if (stack.Contains(used))
                    low[folder] = Math.Min(low[folder], low[used]);
            }

            if (low[folder] != order[folder])
                return;
            var knot = new List<string>();
            while (!knot.Contains(folder))
                knot.Add(stack.Pop());
            if (knot.Count > 1)
                knots.Add(knot);
        }
    }

    /// <summary>The uses inside a knot, each with the types that make it, for a message.</summary>
    public IEnumerable<string> Within(IReadOnlyList<string> knot) =>
        from reason in _reasons
        where knot.Contains(reason.Key.From) && knot.Contains(reason.Key.To)
        orderby reason.Value.Count
        select $"  {reason.Key.From} -> {reason.Key.To}: {string.Join(", ", reason.Value.Take(6))}{(reason.Value.Count > 6 ? $" and {reason.Value.Count - 6} more" : "")}";

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private void Add(TypeDefinition type)
    {
        var used = new HashSet<TypeReference>();
        Take(type.BaseType);
        foreach (var face in type.Interfaces)
            Take(face.InterfaceType);
        foreach (var field in type.Fields)
            Take(field.FieldType);
        foreach (var attribute in type.CustomAttributes.Concat(type.Properties.SelectMany(property => property.CustomAttributes)))
            TakeAttribute(attribute);
        foreach (var method in type.Methods)
            TakeMethod(method);
        var from = Outermost(type);
        var uses = _uses.TryGetValue(from.Namespace, out var known) ? known : _uses[from.Namespace] = new(StringComparer.Ordinal);
        foreach (var to in used.Select(Outermost).Where(to => to.Scope == _assembly.MainModule && to.Namespace.Length > 0 && to.Namespace != from.Namespace))
        {
            if (!_uses.ContainsKey(to.Namespace))
                _uses[to.Namespace] = new(StringComparer.Ordinal);
            uses.Add(to.Namespace);
            (_reasons.TryGetValue((from.Namespace, to.Namespace), out var reasons) ? reasons : _reasons[(from.Namespace, to.Namespace)] = [])
                .Add($"{from.Name} uses {to.Name}");
        }

        void Take(TypeReference? reference)
        {
            if (reference is null || !used.Add(reference))
                return;
            if (reference is GenericInstanceType generic)
            {
                foreach (var argument in generic.GenericArguments)
                    Take(argument);
            }

            if (reference is TypeSpecification specification)
                Take(specification.ElementType);
        }

        void TakeAttribute(CustomAttribute attribute)
        {
            foreach (var argument in attribute.ConstructorArguments.Select(argument => argument.Value).OfType<TypeReference>())
                Take(argument);
            Take(attribute.AttributeType);
        }

        void TakeMethod(MethodDefinition method)
        {
            Take(method.ReturnType);
            foreach (var parameter in method.Parameters)
                Take(parameter.ParameterType);
            if (!method.HasBody)
                return;
            foreach (var variable in method.Body.Variables)
                Take(variable.VariableType);
            foreach (var instruction in method.Body.Instructions)
                TakeOperand(instruction);
        }

        void TakeOperand(Instruction instruction)
        {
            if (instruction.Operand is TypeReference type)
                Take(type);
            if (instruction.Operand is not MemberReference member)
                return;
            Take(member.DeclaringType);
            if (member is GenericInstanceMethod generic)
            {
                foreach (var argument in generic.GenericArguments)
                    Take(argument);
            }

            if (member is MethodReference method)
                Take(method.ReturnType);
        }
    }
}
