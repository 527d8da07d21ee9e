using Amend.Editing.Sessions;
using Amend.Models;
using Amend.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Amend.Extensions.AI;

/// <summary>Edited models as services.</summary>
public static class AmendServices
{
    /// <summary>
    /// Adds a model: as <see cref="IChatClient"/> that answers, and as <see cref="SharedSession"/> by which its facts are changed. It is
    /// opened when one of them is first asked for, and closed with the services.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Names the model; what else configures <see cref="AmendOptions"/> counts, too.</param>
    /// <exception cref="AmendException">Thrown when the service is first asked for: no model was named, or it cannot be read.</exception>
    public static IServiceCollection AddAmend(this IServiceCollection services, Action<AmendOptions> configure)
    {
        services.AddOptions<AmendOptions>().Configure(configure);
        services.TryAddSingleton(provider => Open(OptionsOf(provider, Options.DefaultName)));
        services.TryAddSingleton<IChatClient>(provider =>
            new AmendChatClient(provider.GetRequiredService<SharedSession>(), OptionsOf(provider, Options.DefaultName).MaxOutputTokens));
        return services;
    }

    /// <summary>Adds one of several models, as keyed services; its options have the same name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The key.</param>
    /// <param name="configure">Names the model; what else configures the <see cref="AmendOptions"/> of the name counts, too.</param>
    /// <inheritdoc cref="AddAmend(IServiceCollection, Action{AmendOptions})"/>
    public static IServiceCollection AddAmend(this IServiceCollection services, string name, Action<AmendOptions> configure)
    {
        services.AddOptions<AmendOptions>(name).Configure(configure);
        services.TryAddKeyedSingleton(name, (provider, _) => Open(OptionsOf(provider, name)));
        services.TryAddKeyedSingleton<IChatClient>(name, (provider, _) => new AmendChatClient(
            provider.GetRequiredKeyedService<SharedSession>(name), OptionsOf(provider, name).MaxOutputTokens));
        return services;
    }

    private static AmendOptions OptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<AmendOptions>>().Get(name);

    private static SharedSession Open(AmendOptions options) => options.Model.Length > 0
        ? new SharedSession(EditSession.Open(new ModelLocator().Find(options.Model), options.Session))
        : throw new AmendException("No model was named; set AmendOptions.Model to an embedded model's name, a folder or a GGUF file.");
}
