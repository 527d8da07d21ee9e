using Amend.Editing.Sessions;

namespace Amend.Server;

/// <summary>What a server is started with: the models that it has, which no request changes.</summary>
/// <param name="Models">The models, at least one.</param>
/// <param name="Session">Guard, device and home of all.</param>
public sealed record ServerSetup(IReadOnlyList<ModelToServe> Models, SessionOptions Session)
{
    /// <summary>Where it listens; what the configuration says when null.</summary>
    public string? Url { get; init; }

    /// <summary>What it has beside its interface; nothing by default.</summary>
    public IReadOnlyList<IServerPart> Parts { get; init; } = [];
}

/// <summary>A model that is to be served.</summary>
/// <param name="Name">The name under which it is.</param>
/// <param name="Path">Its folder or file.</param>
public sealed record ModelToServe(string Name, string Path);
