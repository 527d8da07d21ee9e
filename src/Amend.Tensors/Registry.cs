using System.Collections;

namespace Amend.Tensors;

/// <summary>
/// What is known by a name: what a build has, one line each, and what a host adds. Adding and finding on several threads is safe.
/// </summary>
/// <typeparam name="T">What is known.</typeparam>
public sealed class Registry<T> : IReadOnlyList<T>
    where T : class
{
    private readonly string _kind;
    private readonly Func<T, string> _nameOf;
    private readonly Lock _gate = new();
    private volatile T[] _known = [];

    /// <summary>Creates a registry.</summary>
    /// <param name="kind">What its things are, such as <c>editor</c>, for messages.</param>
    /// <param name="nameOf">The name of one.</param>
    /// <param name="known">Those that are known from the beginning, in the order of lists.</param>
    /// <exception cref="ArgumentException">Two have one name.</exception>
    public Registry(string kind, Func<T, string> nameOf, IEnumerable<T> known)
    {
        (_kind, _nameOf) = (kind, nameOf);
        foreach (var one in known)
            Add(one);
    }

    /// <inheritdoc/>
    public int Count => _known.Length;

    /// <summary>The names, in the order of lists.</summary>
    public IEnumerable<string> Names => _known.Select(_nameOf);

    /// <inheritdoc/>
    public T this[int index] => _known[index];

    /// <summary>Makes one known, from now on and to all of the process.</summary>
    /// <exception cref="ArgumentException">Its name is taken.</exception>
    public void Add(T one)
    {
        lock (_gate)
        {
            if (FindOrNull(_nameOf(one)) is not null)
                throw new ArgumentException($"The {_kind} '{_nameOf(one)}' is known already; give the new one another name.", nameof(one));
            _known = [.. _known, one];
        }
    }

    /// <summary>The one of a name; null where none has it.</summary>
    public T? FindOrNull(string? name) => Array.Find(_known, one => _nameOf(one) == name);

    /// <summary>The one of a name.</summary>
    /// <exception cref="AmendException">None has it; the known names are said, and the nearest.</exception>
    public T Find(string name) =>
        FindOrNull(name)
        ?? throw new AmendException($"No {_kind} is named '{name}'{NearestName.Hint(name, Names)}; known: {string.Join(", ", Names)}.");

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_known).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
