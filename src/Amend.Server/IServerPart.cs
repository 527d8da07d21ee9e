using Microsoft.AspNetCore.Builder;

namespace Amend.Server;

/// <summary>Something that a server has beside its interface, such as pages for a browser.</summary>
public interface IServerPart
{
    /// <summary>Adds its services; those of the server are there already.</summary>
    /// <param name="builder">The server to be.</param>
    void Add(WebApplicationBuilder builder);

    /// <summary>Maps what it answers, behind the server's guards and after its own endpoints.</summary>
    /// <param name="app">The server.</param>
    void Map(WebApplication app);
}
