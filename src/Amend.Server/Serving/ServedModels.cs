namespace Amend.Server.Serving;

/// <summary>The models that a server has, by name. Which they are is said when it starts, and by no request.</summary>
/// <param name="models">The models.</param>
public sealed class ServedModels(IReadOnlyList<ServedModel> models) : IAsyncDisposable
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<ServedModel> All { get; } = models;

    /// <summary>Whether all can be asked.</summary>
    public bool AreReady => All.All(model => model.IsReady);

    /// <summary>A model by its name.</summary>
    /// <exception cref="NotServedException">None has the name.</exception>
    public ServedModel Find(string name) => All.FirstOrDefault(model => model.Name == name) ?? throw Unknown(name);

    /// <summary>A model and a state of it, as OpenAI's API names both: <c>NAME</c>, <c>NAME@base</c> or <c>NAME@ID</c>.</summary>
    /// <exception cref="NotServedException">No model has the name.</exception>
    public (ServedModel Model, string? At) FindState(string name)
    {
        if (All.FirstOrDefault(model => model.Name == name) is { } head)
            return (head, null);
        var found = All.FirstOrDefault(model => name.StartsWith(model.Name + '@', StringComparison.Ordinal)) ?? throw Unknown(name);
        return (found, name[(found.Name.Length + 1)..]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(All.Select(model => model.DisposeAsync().AsTask())).ConfigureAwait(false);

    private NotServedException Unknown(string name)
    {
        const int MostShown = 80;
        var shown = name.Length > MostShown ? name[..MostShown] + "…" : name;
        return new($"There is no model '{shown}' here; there are {string.Join(", ", All.Select(model => $"'{model.Name}'"))}.");
    }
}
